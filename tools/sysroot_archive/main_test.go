// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
)

func TestPacksTheTreeWithItsBill(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"tree/usr/lib/libc.a": 0o700, "tree/usr/lib/libc.so": 0o600, "tree/lib/ld-musl-x86_64.so.1": 0o644, "bill": 0o644} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), mode); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "out.tar.zst")
	if err := run(t.Context(), []string{"--tree=" + filepath.Join(dir, "tree"), "--bill=" + filepath.Join(dir, "bill"), "--out=" + out}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	var entries []archive.Entry
	collect := func(e archive.Entry, _ io.Reader) error {
		entries = append(entries, e)
		return nil
	}
	if err := archive.Walk(out, collect); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(entries, func(a, b archive.Entry) int { return strings.Compare(a.Path, b.Path) })
	var got strings.Builder
	if err := archive.WriteListing(&got, entries); err != nil {
		t.Fatal(err)
	}
	want := `drwxr-xr-x 0:0 - lib/
-rwxr-xr-x 0:0 28 lib/ld-musl-x86_64.so.1
-rw-r--r-- 0:0 4 sysroot.spdx.json
drwxr-xr-x 0:0 - usr/
drwxr-xr-x 0:0 - usr/lib/
-rw-r--r-- 0:0 19 usr/lib/libc.a
-rwxr-xr-x 0:0 20 usr/lib/libc.so
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestLeavesNothingHalfWritten(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.tar.zst")
	err := run(t.Context(), []string{"--tree=" + dir, "--bill=" + filepath.Join(dir, "absent"), "--out=" + out}, io.Discard, io.Discard)
	if err == nil || !strings.HasPrefix(err.Error(), `packing sysroot "`+dir+`": open `) {
		t.Errorf("got %v, want what is absent", err)
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("the output is still there: %v", err)
	}
}
