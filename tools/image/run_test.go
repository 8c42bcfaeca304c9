// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/golden"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci/ocitest"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"

	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// scene is a directory in which the tool is run.
type scene struct {
	t   *testing.T
	ctx context.Context
	dir string
}

func newScene(t *testing.T) scene {
	t.Helper()
	return scene{t, t.Context(), t.TempDir()}
}

func (s scene) path(name string) string { return filepath.Join(s.dir, name) }

func (s scene) layers(layers ...wire.LayerFile) string {
	s.t.Helper()
	var lines bytes.Buffer
	for _, layer := range layers {
		line, err := json.Marshal(layer)
		if err != nil {
			s.t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	file := filepath.Join(s.t.TempDir(), "layers")
	ocitest.Write(s.t, file, lines.String())
	return "--layers=" + file
}

// image runs the tool for linux/amd64 with the output in name.
func (s scene) image(name string, args ...string) error {
	s.t.Helper()
	all := append([]string{
		"--output=" + s.path(name), "--digest=" + s.path(name+".digest"), "--os=linux", "--architecture=amd64", "--created-by=//app:" + name,
	}, args...)
	return run(s.ctx, all, io.Discard, io.Discard)
}

func (s scene) mustImage(name string, args ...string) *oci.Image {
	s.t.Helper()
	if err := s.image(name, args...); err != nil {
		s.t.Fatal(err)
	}
	image, err := oci.Open(s.path(name))
	if err != nil {
		s.t.Fatal(err)
	}
	return image
}

func (s scene) runtime() *oci.Image {
	s.t.Helper()
	return s.mustImage("runtime",
		s.layers(ocitest.Layer(s.t, "//runtime:base", "etc/passwd=root", "etc/group=root"), ocitest.Layer(s.t, "//runtime:node", "opt/bin/node=elf")),
		"--entrypoint=/opt/bin/node", "--cmd=.", "--env=NODE_ENV=production", "--env=PATH=/opt/bin", "--user=65532", "--workdir=/usr/src/app",
		"--stop-signal=SIGTERM", "--label=vendor=example",
	)
}

func indented(t *testing.T, documents ...[]byte) string {
	t.Helper()
	var out bytes.Buffer
	for _, document := range documents {
		if err := json.Indent(&out, document, "", "  "); err != nil {
			t.Fatal(err)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

func TestAppImageOnRuntime(t *testing.T) {
	s := newScene(t)
	s.runtime()
	status := s.path("status.txt")
	ocitest.Write(t, status, "STABLE_GIT_COMMIT abc123\nBUILD_TIMESTAMP 1700000000\n")
	image := s.mustImage("app", "--base="+s.path("runtime"),
		s.layers(ocitest.Layer(t, "//app:npm", "usr/src/app/node_modules/a/index.js=1"), ocitest.Layer(t, "//app:app", "usr/src/app/server.js=2")),
		"--cmd=server.js", "--env=PATH=/opt/bin:/usr/bin", "--env=PORT=8080", "--label=commit={STABLE_GIT_COMMIT}", "--label=vendor=other",
		"--annotation=org.opencontainers.image.revision={STABLE_GIT_COMMIT}", "--exposed-port=8080", "--exposed-port=53/udp",
		"--created={BUILD_TIMESTAMP}", "--stamp", "--status="+status,
	)
	golden.Compare(t, "testdata/app.golden.json", indented(t, image.Raw, image.RawConfig))

	digest, err := os.ReadFile(s.path("app.digest"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(digest), image.Digest.String()+"\n"; got != want {
		t.Errorf("digest file holds %q, want %q", got, want)
	}
}

func TestResultsAreValid(t *testing.T) {
	s := newScene(t)
	s.mustImage("runtime", s.layers(ocitest.GzipLayer(t, "//runtime", "opt/bin/node=elf")))
	app := ocitest.GzipLayer(t, "//app:app", "usr/src/app/index.js=1")
	// The same layer twice is one blob.
	s.mustImage("app", "--base="+s.path("runtime"), s.layers(app, app))
	index, err := layout.ImageIndexFromPath(s.path("app"))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
}

func TestUnstampedLeavesPlaceholdersOut(t *testing.T) {
	s := newScene(t)
	image := s.mustImage("app", "--label=commit={STABLE_GIT_COMMIT}", "--label=kept={}{lower}", "--annotation=a=x-{K}", "--created={BUILD_TIMESTAMP}")
	if got, want := image.Config.Config.Labels, map[string]string{"kept": "{}{lower}"}; len(got) != 1 || got["kept"] != want["kept"] {
		t.Errorf("labels %v, want %v", got, want)
	}
	if len(image.Manifest.Annotations) != 0 {
		t.Errorf("annotations %v, want none", image.Manifest.Annotations)
	}
	if got, want := image.Config.Created.String(), "1970-01-01 00:00:00 +0000 UTC"; got != want {
		t.Errorf("created %q, want %q", got, want)
	}
}

func TestEntrypointResetsCommandOfBase(t *testing.T) {
	s := newScene(t)
	s.runtime()
	base := "--base=" + s.path("runtime")
	for _, test := range []struct {
		name            string
		args            []string
		entrypoint, cmd []string
	}{
		{"inherited", nil, []string{"/opt/bin/node"}, []string{"."}},
		{"cmd", []string{"--cmd=a.js"}, []string{"/opt/bin/node"}, []string{"a.js"}},
		{"entrypoint", []string{"--entrypoint=/x"}, []string{"/x"}, nil},
		{"both", []string{"--entrypoint=/x", "--entrypoint=-y", "--cmd=a"}, []string{"/x", "-y"}, []string{"a"}},
	} {
		config := s.mustImage(test.name, append(test.args, base)...).Config.Config
		if !slices.Equal(config.Entrypoint, test.entrypoint) || !slices.Equal(config.Cmd, test.cmd) {
			t.Errorf("%s: entrypoint %q cmd %q, want %q %q", test.name, config.Entrypoint, config.Cmd, test.entrypoint, test.cmd)
		}
	}
}

// tree lists a directory: mode, size and name of each file.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		lines = append(lines, info.Mode().String()+" "+name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestSameInputsSameBytesUnderAnyUmask(t *testing.T) {
	s := newScene(t)
	layers := s.layers(ocitest.Layer(t, "//app:app", "a=1"))
	s.mustImage("one", layers, "--created-by=//app:x", "--label=b=1", "--label=a=2")
	old := syscall.Umask(0o777)
	err := s.image("two", layers, "--created-by=//app:x", "--label=b=1", "--label=a=2")
	syscall.Umask(old)
	if err != nil {
		t.Fatal(err)
	}
	one, two := tree(t, s.path("one")), tree(t, s.path("two"))
	if !slices.Equal(one, two) {
		t.Errorf("layouts differ:\n%s\n--\n%s", strings.Join(one, "\n"), strings.Join(two, "\n"))
	}
	s.mustImage("three", layers, "--created-by=//app:x", "--label=b=1", "--label=a=3")
	if three := tree(t, s.path("three")); slices.Equal(one, three) {
		t.Errorf("a changed label leaves the layout as it was:\n%s", strings.Join(three, "\n"))
	}
	for _, line := range one {
		if !strings.HasPrefix(line, "drwxr-xr-x ") && !strings.HasPrefix(line, "-rw-r--r-- ") {
			t.Errorf("mode of %q, want 0755 for directories and 0644 for files", line)
		}
	}
}

func TestOutputMayBeAnEmptyDirectory(t *testing.T) {
	s := newScene(t)
	if err := os.Mkdir(s.path("app"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.mustImage("app")
}

func TestListsOfAnImageWithoutLayersAreEmpty(t *testing.T) {
	image := newScene(t).mustImage("app")
	if !bytes.Contains(image.RawConfig, []byte(`"diff_ids":[]`)) || !bytes.Contains(image.Raw, []byte(`"layers":[]`)) {
		t.Errorf("got the configuration\n%s\nand the manifest\n%s\nwant empty lists in both", image.RawConfig, image.Raw)
	}
}
