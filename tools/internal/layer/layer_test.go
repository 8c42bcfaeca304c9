// SPDX-License-Identifier: Apache-2.0

package layer

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

var output = Output{Blob: "out/blob", Meta: "out/meta", Listing: "out/listing", Compression: "gzip", CreatedBy: "//app:image", Comment: "test"}

func fill(w *archive.Writer) error {
	return w.Add(archive.Entry{Path: "a/b", Type: archive.File, Mode: 0o644, Size: 3}, strings.NewReader("new"), "test")
}

// half is a fill that ends while blocks are on their way to the blob.
func half(w *archive.Writer) error {
	content := strings.Repeat("0123456789abcdef", 1<<18)
	return w.Add(archive.Entry{Path: "big", Type: archive.File, Mode: 0o644, Size: int64(len(content)) + 1}, strings.NewReader(content), "test")
}

// files lists "out", hidden files included.
func files(t *testing.T) string {
	t.Helper()
	entries, err := os.ReadDir("out")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, fmt.Sprintf("%v %s", info.Mode(), e.Name()))
	}
	return strings.Join(names, ", ")
}

func TestWrite(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("out", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := output.Write(fill); err != nil {
		t.Fatal(err)
	}
	if got, want := files(t), "-rw-r--r-- blob, -rw-r--r-- listing, -rw-r--r-- meta"; got != want {
		t.Errorf("got the files %s, want %s", got, want)
	}
	entries, err := archive.ReadListing("out/listing")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(entries), "[drwxr-xr-x 0:0 - a/ -rw-r--r-- 0:0 3 a/b]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	meta, err := wire.ReadFile[wire.Layer]("out/meta")
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat("out/blob")
	if err != nil {
		t.Fatal(err)
	}
	want := wire.Layer{
		MediaType: "application/vnd.oci.image.layer.v1.tar+gzip", Digest: meta.Digest, Size: info.Size(), DiffID: meta.DiffID,
		UncompressedSize: 2560, Entries: 2, CreatedBy: "//app:image", Comment: "test",
	}
	if meta != want {
		t.Errorf("got %+v, want %+v", meta, want)
	}
}

func TestNothingIsLeftAfterAnError(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Output)
		fill   func(*archive.Writer) error
		want   string
		left   string
	}{
		"the content":         {func(*Output) {}, func(w *archive.Writer) error { return errors.Join(fill(w), errors.New("half")) }, "half", ""},
		"blocks on their way": {func(*Output) {}, half, `adding "big" from test: the content ended after 4194304 bytes, expected 4194305`, ""},
		"blocks on their way, zstd": {func(o *Output) { o.Compression = "zstd" }, half,
			`adding "big" from test: the content ended after 4194304 bytes, expected 4194305`, ""},
		"compression": {func(o *Output) { o.Compression = "" }, fill, `reading --compression: unknown compression "", expected "gzip" or "zstd"`, ""},
		// The blob has its name already when the description's turns out to be taken.
		"a name that is taken": {func(o *Output) { o.Meta = "out/folder" }, fill, `completing "out/folder": rename TEMPORARY out/folder: file exists`, "drwxr-xr-x folder"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.Mkdir("out", 0o755); err != nil {
				t.Fatal(err)
			}
			if tt.left != "" {
				if err := os.MkdirAll("out/folder", 0o755); err != nil {
					t.Fatal(err)
				}
			}
			o := output
			tt.change(&o)
			err := o.Write(tt.fill)
			before, after, random := strings.Cut(tt.want, "TEMPORARY")
			if got := fmt.Sprint(err); got != tt.want && !(random && strings.HasPrefix(got, before) && strings.HasSuffix(got, after)) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if got := files(t); got != tt.left {
				t.Errorf("got the files %q, want %q", got, tt.left)
			}
		})
	}
}
