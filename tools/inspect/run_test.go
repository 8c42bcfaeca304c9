// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/golden"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci/ocitest"
	"github.com/rules-node-image/rules_node_image/tools/internal/runconfig"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// application makes an image with everything that inspect shows, behind a link as in a runfiles tree.
func application(t *testing.T) (link, real string) {
	t.Helper()
	base := ocitest.Image(t, ocitest.Layer(t, "//runtime:base", "etc/passwd=root"), ocitest.Layer(t, "//runtime:node", "opt/bin/node=elf"))
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	real, link = filepath.Join(root, "image"), filepath.Join(root, "link")
	layers := []wire.LayerFile{ocitest.Layer(t, "//app:image", "usr/src/app/index.js=1", "usr/src/app/package.json={}")}
	if _, err := oci.Assemble(t.Context(), real, base, layers, oci.Settings{
		Platform: v1.Platform{OS: "linux", Architecture: "amd64"}, CreatedBy: "//app:image", Created: time.Unix(1700000000, 0).UTC(),
		Env: []oci.Pair{{Key: "PORT", Value: "8080"}}, Labels: []oci.Pair{{Key: "b", Value: "<2>"}, {Key: "a", Value: "1"}},
		Ports: []string{"8080/tcp", "53/udp"}, StopSignal: "SIGTERM", Cmd: []string{"--enable-source-maps", "my app.js"},
	}); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	return link, real
}

func start(t *testing.T, image string, args ...string) (string, error) {
	t.Helper()
	data, err := json.Marshal(config{Image: runconfig.Path(image), Label: "//app:image"})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "inspect.json")
	ocitest.Write(t, file, string(data))
	var stdout strings.Builder
	err = run(context.Background(), "inspect", append([]string{"--config=" + file}, args...), &stdout, io.Discard)
	return stdout.String(), err
}

func TestPrints(t *testing.T) {
	link, real := application(t)
	for _, format := range []string{"text", "json"} {
		got, err := start(t, link, "--format="+format)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(got, real) || strings.Contains(got, link) {
			t.Errorf("got\n%swant in it the layout's own path %s", got, real)
		}
		golden.Compare(t, "testdata/image.golden."+format, strings.ReplaceAll(got, real, "/layout"))
	}
}

func TestTextIsTheDefault(t *testing.T) {
	link, _ := application(t)
	plain, err := start(t, link)
	if err != nil {
		t.Fatal(err)
	}
	text, err := start(t, link, "--format=text")
	if err != nil {
		t.Fatal(err)
	}
	if plain != text {
		t.Errorf("got\n%s\nwant\n%s", plain, text)
	}
}

func TestLongHistoryStaysOnOneLine(t *testing.T) {
	if got, want := oneLine("RUN a &&\n\tb"), "RUN a && b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := oneLine(strings.Repeat("é", 61)), strings.Repeat("é", 59)+"…"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheTerminalGetsTextOnly(t *testing.T) {
	if got, want := printable("größe\x1b[2J"), `"größe\x1b[2J"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := oneLine("RUN \x1b[2J"), "RUN [2J"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRefuses(t *testing.T) {
	link, _ := application(t)
	_, err := start(t, link, "--format=yaml")
	if got, want := cli.Code("inspect", err, io.Discard), cli.ExitUsage; got != want || err.Error() != "--format=yaml: expected text or json" {
		t.Errorf("got exit code %d and error %v, want %d and what formats there are", got, err, want)
	}
	_, err = start(t, "/absent")
	if want := `reading OCI layout "/absent": not an OCI image layout: it has no file "oci-layout"; expected a directory as node_runtime, oci_image or oci_pull make it`; err == nil || err.Error() != want {
		t.Errorf("got error\n%v\nwant\n%s", err, want)
	}
}
