// SPDX-License-Identifier: Apache-2.0

package runconfig

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

type config struct {
	Image Path   `json:"image"`
	Files []Path `json:"files"`
	Name  string `json:"name"`
}

// started makes a program with a configuration and runfiles, as Bazel lays them out.
func started(t *testing.T, config string) string {
	t.Helper()
	for _, name := range []string{"RUNFILES_DIR", "RUNFILES_MANIFEST_FILE", "JAVA_RUNFILES"} {
		t.Setenv(name, "")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "push.json"), config)
	write(t, filepath.Join(dir, "push.runfiles/_main/app/image/index.json"), "{}")
	write(t, filepath.Join(dir, "push.runfiles/other+/tags.txt"), "")
	return filepath.Join(dir, "push")
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// read is what a tool does that gets no flag.
func read(argv0 string) (config, error) {
	return Read[config](*Flag(flag.NewFlagSet("push", flag.ContinueOnError), argv0), argv0)
}

func TestFindsTheProgramOnPath(t *testing.T) {
	argv0 := started(t, `{"image": "_main/app/image"}`)
	if err := os.WriteFile(argv0, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Dir(argv0))
	got, err := read(filepath.Base(argv0))
	if err != nil {
		t.Fatal(err)
	}
	if want := Path(argv0 + ".runfiles/_main/app/image"); got.Image != want {
		t.Errorf("image is %q, want %q", got.Image, want)
	}
}

func TestResolvesPaths(t *testing.T) {
	argv0 := started(t, `{"image": "_main/app/image", "files": ["other+/tags.txt", "/absolute"], "name": "_main/app/image"}`)
	got, err := read(argv0)
	if err != nil {
		t.Fatal(err)
	}
	if want := Path(argv0 + ".runfiles/_main/app/image"); got.Image != want {
		t.Errorf("image is %q, want %q", got.Image, want)
	}
	if want := []Path{Path(argv0 + ".runfiles/other+/tags.txt"), "/absolute"}; !slices.Equal(got.Files, want) {
		t.Errorf("files are %q, want %q", got.Files, want)
	}
	if got.Name != "_main/app/image" {
		t.Errorf("name is %q, want it untouched", got.Name)
	}
}

func TestRunfilesOfTheEnvironmentCountFirst(t *testing.T) {
	argv0 := started(t, `{"image": "_main/app/image"}`)
	other := t.TempDir()
	write(t, filepath.Join(other, "_main/app/image/index.json"), "{}")
	t.Setenv("RUNFILES_DIR", other)
	got, err := read(argv0)
	if err != nil {
		t.Fatal(err)
	}
	if want := Path(other + "/_main/app/image"); got.Image != want {
		t.Errorf("image is %q, want %q", got.Image, want)
	}
}

func TestNamesWhatIsMissing(t *testing.T) {
	argv0 := started(t, `{"image": "_main/gone"}`)
	_, err := read(argv0)
	want := `finding runfile "_main/gone" named in "` + argv0 + `.json": stat ` + argv0 + `.runfiles/_main/gone: no such file or directory`
	if err == nil || err.Error() != want {
		t.Errorf("got error\n%v\nwant\n%s", err, want)
	}

	_, err = read(argv0 + "x")
	want = "reading what to do: open " + argv0 + "x.json: no such file or directory; start the target by `bazel run`, or give --config=<file>"
	if err == nil || err.Error() != want {
		t.Errorf("got error\n%v\nwant\n%s", err, want)
	}
}
