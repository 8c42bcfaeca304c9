// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/golden"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci/ocitest"
	"github.com/rules-node-image/rules_node_image/tools/internal/runconfig"
)

func testImage(t *testing.T) *oci.Image {
	t.Helper()
	app := ocitest.Layer(t, "//app", "usr/src/app/index.js=1")
	return ocitest.Image(t, ocitest.Layer(t, "//runtime", "opt/bin/node=elf"), app, app)
}

func start(t *testing.T, c config, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "load.json")
	ocitest.Write(t, file, string(data))
	var out, log strings.Builder
	err = run(context.Background(), "load", append([]string{"--config=" + file}, args...), &out, &log)
	return out.String(), log.String(), err
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("got error\n%v\nwant\n%s", err, want)
	}
}

// runtimeOnPath makes PATH a directory with one program, a shell script.
func runtimeOnPath(t *testing.T, name, script string) string {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, name)
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	return program
}

func TestLoadsIntoTheRuntimeThatIsThere(t *testing.T) {
	image := testImage(t)
	for _, name := range runtimes {
		into := filepath.Join(t.TempDir(), "loaded.tar")
		runtimeOnPath(t, name, `echo "loading with $1"; /bin/cat > `+into)
		stdout, stderr, err := start(t, config{Image: runconfig.Path(image.Dir), Tags: []string{"app:latest", "registry.example/team/app:1.0"}})
		if err != nil {
			t.Fatal(err)
		}
		if want := "app:latest\nregistry.example/team/app:1.0\n"; stdout != want {
			t.Errorf("%s: got on stdout\n%swant\n%s", name, stdout, want)
		}
		if want := "loading with load\n"; stderr != want {
			t.Errorf("%s: got on stderr\n%swant\n%s", name, stderr, want)
		}
		golden.Compare(t, "testdata/archive.golden", listing(t, into))
	}
}

// listing shows an archive: a line for each entry, and the content of the documents.
func listing(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var text bytes.Buffer
	archive := tar.NewReader(f)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "%s %d:%d %d %s %s\n", header.FileInfo().Mode(), header.Uid, header.Gid, header.Size, header.ModTime.UTC().Format("2006-01-02"), header.Name)
		if !strings.HasSuffix(header.Name, ".json") {
			continue
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Indent(&text, data, "", "  "); err != nil {
			t.Fatal(err)
		}
		text.WriteByte('\n')
	}
}

func TestOutputWritesTheSameArchive(t *testing.T) {
	image, dir := testImage(t), t.TempDir()
	t.Setenv("PATH", "")
	t.Setenv("BUILD_WORKING_DIRECTORY", dir)
	c := config{Image: runconfig.Path(image.Dir), Tags: []string{"app:latest", "registry.example/team/app:1.0"}}
	stdout, _, err := start(t, c, "--output=app.tar")
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "app.tar") + "\n"; stdout != want {
		t.Errorf("got on stdout %q, want %q", stdout, want)
	}
	golden.Compare(t, "testdata/archive.golden", listing(t, filepath.Join(dir, "app.tar")))
}

func TestFailedOutputLeavesNothing(t *testing.T) {
	image, dir := testImage(t), t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "app.tar"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, _, err := start(t, config{Image: runconfig.Path(image.Dir), Tags: []string{"app:latest"}}, "--output="+filepath.Join(dir, "app.tar"))
	if err == nil || !strings.HasPrefix(err.Error(), `completing "`+dir+`/app.tar": rename `) {
		t.Errorf("got error %v, want one of completing the archive", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("the directory holds %q after an error, want only what was there", entries)
	}
}

func TestInterruptedOutputLeavesNothing(t *testing.T) {
	image, dir := testImage(t), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := save(ctx, filepath.Join(dir, "app.tar"), image, nil, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the directory holds %q, %v after an interrupt, want nothing", left, err)
	}
}

func TestTagsAreStamped(t *testing.T) {
	image, status := testImage(t), filepath.Join(t.TempDir(), "status")
	ocitest.Write(t, status, "STABLE_GIT_COMMIT abc123\nSTABLE_VERSION 1.0\n")
	for _, test := range []struct {
		tags   []string
		status []runconfig.Path
		want   string
		err    string
	}{
		{[]string{"app:{STABLE_GIT_COMMIT}", "app:v{STABLE_VERSION}-x"}, []runconfig.Path{runconfig.Path(status)}, "app:abc123\napp:v1.0-x\n", ""},
		{[]string{"app:1.0", "app:{STABLE_VERSION}"}, []runconfig.Path{runconfig.Path(status)}, "app:1.0\n", ""},
		{[]string{"app:1.0"}, nil, "app:1.0\n", ""},
		{[]string{"app:{STABLE_VERSION}"}, nil, "", `tag "app:{STABLE_VERSION}": the build is not stamped: build with --stamp`},
		{[]string{"app:{STABLE_GONE}"}, []runconfig.Path{runconfig.Path(status)}, "",
			`tag "app:{STABLE_GONE}": the workspace status has no key "STABLE_GONE", known keys: STABLE_GIT_COMMIT, STABLE_VERSION; print it from --workspace_status_command`},
		{[]string{"app:1.0"}, []runconfig.Path{"/absent/status"}, "", `reading workspace status: open /absent/status: no such file or directory`},
	} {
		runtimeOnPath(t, "docker", "/bin/cat > /dev/null")
		stdout, _, err := start(t, config{Image: runconfig.Path(image.Dir), Tags: test.tags, Status: test.status})
		if stdout != test.want {
			t.Errorf("%q: got on stdout\n%swant\n%s", test.tags, stdout, test.want)
		}
		if test.err != "" {
			wantError(t, err, test.err)
		} else if err != nil {
			t.Error(err)
		}
	}
}

func TestSaysWhatTheRuntimeSays(t *testing.T) {
	image := testImage(t)
	program := runtimeOnPath(t, "docker", "echo no daemon >&2; exit 7")
	_, _, err := start(t, config{Image: runconfig.Path(image.Dir), Tags: []string{"app:latest"}})
	wantError(t, err, "running "+program+" load: exit status 7: no daemon")
}

func TestNamesWhatWasLookedFor(t *testing.T) {
	image := testImage(t)
	t.Setenv("PATH", "/nowhere")
	c := config{Image: runconfig.Path(image.Dir), Tags: []string{"app:latest"}}
	_, _, err := start(t, c)
	wantError(t, err, "no container runtime: looked for docker, podman, nerdctl in PATH=/nowhere; install one of docker, podman, nerdctl, name one by --runtime=<program>, or write an archive by --output=<file>")
	_, _, err = start(t, c, "--runtime=finch")
	wantError(t, err, "no container runtime: looked for finch in PATH=/nowhere; install one of docker, podman, nerdctl, name one by --runtime=<program>, or write an archive by --output=<file>")
}

func TestRefusesNames(t *testing.T) {
	image := testImage(t)
	_, _, err := start(t, config{Image: runconfig.Path(image.Dir)})
	wantError(t, err, `no name is configured under which to load the image: expected one such as "app:latest"`)
	_, _, err = start(t, config{Image: runconfig.Path(image.Dir), Tags: []string{"App:latest"}})
	if want := `reference "App:latest": expected name:tag such as "app:latest" or "registry.example/team/app:1.0": `; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got error\n%v\nwant it to begin\n%s", err, want)
	}
}
