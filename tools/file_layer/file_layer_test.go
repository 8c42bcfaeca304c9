// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

// scene writes entries and the files "plain", "run" and "link" to a fresh working directory, and returns the arguments that
// make a layer in "out".
func scene(t *testing.T, entries ...wire.Entry) []string {
	t.Helper()
	t.Chdir(t.TempDir())
	check(t, os.Mkdir("out", 0o755))
	check(t, os.Mkdir("folder", 0o755))
	check(t, os.WriteFile("plain", []byte("plain"), 0o600))
	check(t, os.WriteFile("run", []byte("run"), 0o755))
	check(t, os.Symlink("run", "link"))
	check(t, syscall.Mkfifo("pipe", 0o644))
	var b bytes.Buffer
	for _, e := range entries {
		check(t, json.NewEncoder(&b).Encode(e))
	}
	check(t, os.WriteFile("entries", b.Bytes(), 0o644))
	return []string{"--entries=entries", "--created-by=//app:image", "--comment=application",
		"--output=out/layer.tar.gz", "--meta=out/layer.json", "--listing=out/layer.txt"}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLayerHoldsTheEntries(t *testing.T) {
	args := scene(t,
		wire.Entry{Path: "usr/src/app/server.js", Type: "file", Src: "plain", Mode: "0644"},
		wire.Entry{Path: "usr/src/app/bin/run", Type: "file", Src: "link", Mode: "0755"},
		wire.Entry{Path: "usr/src/app/a-b", Type: "file", Src: "run", Mode: "4711", UID: 5, GID: 6},
		wire.Entry{Path: "usr/src/app/a", Type: "dir"},
		wire.Entry{Path: "usr/src/app/a/x", Type: "symlink", Target: "../server.js"},
		wire.Entry{Path: "tmp", Type: "dir", Mode: "01777"},
	)
	for _, compression := range []string{"gzip", "zstd"} {
		check(t, run(context.Background(), append(args, "--compression="+compression), io.Discard, io.Discard))
		listing, err := os.ReadFile("out/layer.txt")
		check(t, err)
		want := strings.ReplaceAll(strings.TrimLeft(`
		drwxrwxrwt 0:0 - tmp/
		drwxr-xr-x 0:0 - usr/
		drwxr-xr-x 0:0 - usr/src/
		drwxr-xr-x 0:0 - usr/src/app/
		drwxr-xr-x 0:0 - usr/src/app/a/
		-rws--x--x 5:6 3 usr/src/app/a-b
		lrwxrwxrwx 0:0 - usr/src/app/a/x -> ../server.js
		drwxr-xr-x 0:0 - usr/src/app/bin/
		-rwxr-xr-x 0:0 3 usr/src/app/bin/run
		-rw-r--r-- 0:0 5 usr/src/app/server.js
		`, "\n"), "\t", "")
		if string(listing) != want {
			t.Errorf("%s: got listing\n%swant\n%s", compression, listing, want)
		}
		meta, err := wire.ReadFile[wire.Layer]("out/layer.json")
		check(t, err)
		if meta.Entries != 10 || meta.CreatedBy != "//app:image" || meta.Comment != "application" || !strings.HasSuffix(meta.MediaType, "+"+compression) {
			t.Errorf("%s: got %+v", compression, meta)
		}
		contents := map[string]string{}
		check(t, archive.Walk("out/layer.tar.gz", func(e archive.Entry, content io.Reader) error {
			data, err := io.ReadAll(content)
			contents[e.Path] = string(data)
			return err
		}))
		if got := contents["usr/src/app/server.js"] + contents["usr/src/app/bin/run"]; got != "plainrun" {
			t.Errorf("%s: got contents %q, want \"plainrun\"", compression, got)
		}
	}
}

func TestOrderOfEntriesDoesNotMatter(t *testing.T) {
	entries := []wire.Entry{
		{Path: "b", Type: "file", Src: "plain", Mode: "0644"}, {Path: "a/x", Type: "file", Src: "run", Mode: "0755"}, {Path: "a", Type: "dir", Mode: "0700"},
	}
	var blobs []string
	for range entries {
		entries = append(entries[1:], entries[0])
		check(t, run(context.Background(), scene(t, entries...), io.Discard, io.Discard))
		blob, err := os.ReadFile("out/layer.tar.gz")
		check(t, err)
		blobs = append(blobs, string(blob))
	}
	if blobs[0] != blobs[1] || blobs[0] != blobs[2] {
		t.Error("the layer depends on the order of the entries")
	}
}

func TestModeOnDiskDoesNotMatter(t *testing.T) {
	layer := func(disk os.FileMode, mode string) string {
		args := scene(t, wire.Entry{Path: "x", Type: "file", Src: "plain", Mode: mode})
		check(t, os.Chmod("plain", disk))
		check(t, run(context.Background(), args, io.Discard, io.Discard))
		blob, err := os.ReadFile("out/layer.tar.gz")
		check(t, err)
		return string(blob)
	}
	if layer(0o600, "0755") != layer(0o777, "0755") {
		t.Error("the layer depends on the mode of a file on disk")
	}
	if layer(0o600, "0755") == layer(0o600, "0644") {
		t.Error("the layer does not depend on the mode of the entry")
	}
}

func TestEntryErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		entry wire.Entry
		want  string
	}{
		"missing src":     {wire.Entry{Path: "x", Type: "file", Src: "gone", Mode: "0644"}, `adding "x": reading src: stat gone: no such file or directory`},
		"no src":          {wire.Entry{Path: "x", Type: "file"}, `adding "x": the entry has no src, expected the file whose content it has`},
		"directory":       {wire.Entry{Path: "x", Type: "file", Src: "folder", Mode: "0644"}, `adding "x": src "folder" is a directory, expected a file; name the files in it, in Bazel by glob(["folder/**"])`},
		"pipe":            {wire.Entry{Path: "x", Type: "file", Src: "pipe", Mode: "0644"}, `adding "x": src "pipe" is of type p---------, expected a regular file`},
		"no mode":         {wire.Entry{Path: "x", Type: "file", Src: "run"}, `adding "x": the entry has no mode, expected one such as "0644": Bazel does not track the mode that "run" has on disk`},
		"type":            {wire.Entry{Path: "x", Type: "hardlink"}, `adding "x": got type "hardlink", expected "file", "dir" or "symlink"`},
		"mode":            {wire.Entry{Path: "x", Type: "dir", Mode: "rwx"}, `adding "x": got mode "rwx", expected octal digits up to "7777", such as "0644"`},
		"too much mode":   {wire.Entry{Path: "x", Type: "file", Src: "run", Mode: "10000"}, `adding "x": got mode "10000", expected octal digits up to "7777", such as "0644"`},
		"symlink's mode":  {wire.Entry{Path: "x", Type: "symlink", Target: "y", Mode: "0755"}, `adding "x": got mode "0755" for a symlink, which always has "0777"`},
		"directory's src": {wire.Entry{Path: "x", Type: "dir", Src: "plain"}, `adding "x": a directory has no src, got "plain"`},
		"no target":       {wire.Entry{Path: "x", Type: "symlink"}, `adding "x" from a symlink to "": the symlink's target is ""`},
		"file's target":   {wire.Entry{Path: "x", Type: "file", Src: "run", Mode: "0755", Target: "y"}, `adding "x" from the file "run": the file has the target "y", which only a symlink has`},
		"unsafe path":     {wire.Entry{Path: "../x", Type: "file", Src: "run", Mode: "0755"}, `adding "../x" from the file "run": the path has a ".."`},
		"owner":           {wire.Entry{Path: "x", Type: "file", Src: "run", Mode: "0755", UID: -5}, `adding "x" from the file "run": the owner is -5:0, expected numbers from 0 to 4294967294`},
		"duplicate":       {wire.Entry{Path: "first", Type: "symlink", Target: "run"}, `adding "first": both the file "plain" and a symlink to "run" are to stand there, expected one`},
		"same twice":      {wire.Entry{Path: "first", Type: "file", Src: "plain", Mode: "0644"}, `adding "first": both the file "plain" and the file "plain" are to stand there, expected one`},
		"below a file":    {wire.Entry{Path: "first/x", Type: "dir"}, `adding "first/x" from a directory: "first" is a file from the file "plain", expected a directory`},
	} {
		t.Run(name, func(t *testing.T) {
			expectError(t, scene(t, wire.Entry{Path: "first", Type: "file", Src: "plain", Mode: "0644"}, tt.entry), tt.want)
		})
	}
}

func expectError(t *testing.T, args []string, want string) {
	t.Helper()
	if err := run(context.Background(), args, io.Discard, io.Discard); fmt.Sprint(err) != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	left, err := os.ReadDir("out")
	check(t, err)
	if len(left) > 0 {
		t.Errorf("got the files %v, want none after an error", left)
	}
}

func TestUnknownFieldIsAnError(t *testing.T) {
	args := scene(t)
	check(t, os.WriteFile("entries", []byte(`{"path":"x","kind":"dir"}`), 0o644))
	expectError(t, args, `reading entries: parsing "entries" line 1: json: unknown field "kind"`)
	check(t, os.Remove("entries"))
	expectError(t, args, `reading entries: open entries: no such file or directory`)
}

func TestOutputNames(t *testing.T) {
	check(t, run(context.Background(), scene(t), io.Discard, io.Discard))
	files, err := filepath.Glob("out/*")
	check(t, err)
	if got, want := fmt.Sprint(files), "[out/layer.json out/layer.tar.gz out/layer.txt]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
