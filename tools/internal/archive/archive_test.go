// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

func entry(path, content string) (Entry, io.Reader) {
	return Entry{Path: path, Type: File, Mode: 0o644, Size: int64(len(content))}, strings.NewReader(content)
}

// sample adds one entry of each kind, and names that need PAX.
func sample(t *testing.T, w *Writer) {
	t.Helper()
	long := strings.Repeat("long/", 50) + "name.js"
	for _, path := range []string{"usr/src/app/server.js", "usr/src/app/größe.txt", "usr/src/app/a b", long} {
		e, content := entry(path, "content of "+path)
		if err := w.Add(e, content, "test"); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range []Entry{
		{Path: "tmp", Type: Dir, Mode: 0o1777, UID: 1000, GID: 1000},
		{Path: "usr/bin", Type: Symlink, Mode: 0o777, Target: "../bin dir"},
	} {
		if err := w.Add(e, nil, "test"); err != nil {
			t.Fatal(err)
		}
	}
}

func makeSample(t *testing.T, compression Compression) ([]byte, Layer) {
	t.Helper()
	var blob bytes.Buffer
	w, err := NewWriter(&blob, compression)
	if err != nil {
		t.Fatal(err)
	}
	sample(t, w)
	layer, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return blob.Bytes(), layer
}

func TestLayerDescribesItsBlob(t *testing.T) {
	for _, compression := range []Compression{Gzip, Zstd} {
		blob, layer := makeSample(t, compression)
		stream, err := decompress(bytes.NewReader(blob))
		if err != nil {
			t.Fatal(err)
		}
		tarball, err := io.ReadAll(stream)
		if err != nil {
			t.Fatal(err)
		}
		want := Layer{
			MediaType:        "application/vnd.oci.image.layer.v1.tar+" + string(compression),
			Digest:           fmt.Sprintf("sha256:%x", sha256.Sum256(blob)),
			Size:             int64(len(blob)),
			DiffID:           fmt.Sprintf("sha256:%x", sha256.Sum256(tarball)),
			UncompressedSize: int64(len(tarball)),
		}
		entries := layer.Entries
		layer.Entries = nil
		if fmt.Sprint(layer) != fmt.Sprint(want) {
			t.Errorf("%s: got %+v, want %+v", compression, layer, want)
		}
		file := filepath.Join(t.TempDir(), "layer")
		if err := os.WriteFile(file, blob, 0o644); err != nil {
			t.Fatal(err)
		}
		listed, err := list(file)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(listed, entries) {
			t.Errorf("%s: the blob holds %v, the writer told of %v", compression, listed, entries)
		}
	}
}

// list returns a layer's entries as WriteListing has them.
func list(file string) ([]Entry, error) {
	var entries []Entry
	err := Walk(file, func(e Entry, _ io.Reader) error {
		entries = append(entries, e)
		return nil
	})
	sortEntries(entries)
	return entries, err
}

// The pinned digests change only if every user's layers change: after an upgrade of the compressor, or of the format.
func TestBytesArePinned(t *testing.T) {
	want := map[Compression]string{
		Gzip: "sha256:0fdc2b55a635946257f6b02f70ea03d933bdc4daf281906b9052c1e0836ca15d",
		Zstd: "sha256:e2dcf1c33654ffa7fa904cf3807db9b62e2abee5bb871ac0148b0f3fefa79d4b",
	}
	for _, procs := range []int{1, 8} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		for _, compression := range []Compression{Gzip, Zstd} {
			if _, layer := makeSample(t, compression); layer.Digest != want[compression] {
				t.Errorf("%s on %d processors: got %s, want %s", compression, procs, layer.Digest, want[compression])
			}
		}
	}
}

// Several blocks and several ways to cut the writes: the blob follows from the content alone.
func TestBlobDoesNotDependOnCoresNorOnWrites(t *testing.T) {
	content := make([]byte, 5<<20+123)
	for i := range content {
		content[i] = byte(i * i >> 7)
	}
	for _, compression := range []Compression{Gzip, Zstd} {
		digests := map[string]bool{}
		for _, procs := range []int{1, 8} {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
			for _, chunk := range []int{1000, 4 << 20} {
				var blob bytes.Buffer
				w, err := NewWriter(&blob, compression)
				if err != nil {
					t.Fatal(err)
				}
				e := Entry{Path: "f", Type: File, Mode: 0o644, Size: int64(len(content))}
				if err := w.Add(e, chunks{bytes.NewReader(content), chunk}, "test"); err != nil {
					t.Fatal(err)
				}
				layer, err := w.Close()
				if err != nil {
					t.Fatal(err)
				}
				digests[layer.Digest] = true
			}
		}
		if len(digests) != 1 {
			t.Errorf("%s: got %d different blobs, want 1", compression, len(digests))
		}
	}
}

// chunks hands out at most so many bytes at a time.
type chunks struct {
	r    io.Reader
	size int
}

func (c chunks) Read(p []byte) (int, error) { return c.r.Read(p[:min(len(p), c.size)]) }

func TestHeadersTellNothingOfTheMachine(t *testing.T) {
	blob, _ := makeSample(t, Gzip)
	z, err := gzip.NewReader(bytes.NewReader(blob))
	if err != nil {
		t.Fatal(err)
	}
	// RFC 1952, section 2.3: magic, method 8, no flags and so no name, four bytes of time, extra flags, operating system.
	if got, want := blob[:10], []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"); !bytes.Equal(got, want) {
		t.Errorf("got gzip header %x, want %x", got, want)
	}
	tarball := tar.NewReader(z)
	for {
		h, err := tarball.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.ModTime.Unix() != 0 || h.Uname != "" || h.Gname != "" || !h.AccessTime.IsZero() || !h.ChangeTime.IsZero() {
			t.Errorf("%s: got %+v, want no time and no names", h.Name, h)
		}
		for key := range h.PAXRecords {
			if key != "path" && key != "linkpath" {
				t.Errorf("%s: got the PAX record %q, want path and linkpath only", h.Name, key)
			}
		}
	}
}

func TestAddRefuses(t *testing.T) {
	file := Entry{Path: "a/b", Type: File, Mode: 0o644, Size: 3}
	with := func(change func(*Entry)) Entry {
		e := file
		change(&e)
		return e
	}
	path := func(p string) Entry { return with(func(e *Entry) { e.Path = p }) }
	for name, tt := range map[string]struct {
		entry   Entry
		content string
		want    string
	}{
		"empty path":    {path(""), "new", `adding "" from second: the path is empty`},
		"absolute":      {path("/etc/passwd"), "new", `adding "/etc/passwd" from second: the path is absolute, expected one relative to the image's root`},
		"parent":        {path("a/../../x"), "new", `adding "a/../../x" from second: the path has a ".."`},
		"dot":           {path("."), "new", `adding "." from second: the path is not clean, expected "."`},
		"unclean":       {path("a//c"), "new", `adding "a//c" from second: the path is not clean, expected "a/c"`},
		"slash at end":  {path("c/"), "new", `adding "c/" from second: the path is not clean, expected "c"`},
		"NUL":           {path("c\x00"), "new", `adding "c\x00" from second: the path has a NUL byte`},
		"not UTF-8":     {path("c\xff"), "new", `adding "c\xff" from second: the path is not UTF-8`},
		"long name":     {path("c" + strings.Repeat("c", 255)), "new", `adding "` + strings.Repeat("c", 256) + `" from second: the path has a name of 256 bytes, at most 255 are possible`},
		"other content": {file, "new", `adding "a/b" from second: the path is there already from first, with other content`},
		"other mode": {with(func(e *Entry) { e.Mode = 0o755 }), "old",
			`adding "a/b" from second: the path is there already from first, and differs (-rwxr-xr-x 0:0 3 instead of -rw-r--r-- 0:0 3)`},
		"below a file": {path("a/b/c"), "new", `adding "a/b/c" from second: "a/b" is a file from first, expected a directory`},
		"directory too late": {Entry{Path: "a", Type: Dir, Mode: 0o700}, "",
			`adding "a" from second: a file below this directory has been added before it, expected the directory first (drwx------ 0:0 - instead of drwxr-xr-x 0:0 -)`},
		"too short":       {path("c"), "ne", `adding "c" from second: the content ended after 2 bytes, expected 3`},
		"too long":        {path("c"), "news", `adding "c" from second: the content goes on after 3 bytes, the size that was announced`},
		"mode":            {with(func(e *Entry) { e.Mode = 0o100644 }), "new", `adding "a/b" from second: the mode is 0100644, expected at most 07777`},
		"owner":           {with(func(e *Entry) { e.UID = -1 }), "new", `adding "a/b" from second: the owner is -1:0, expected numbers from 0 to 4294967294`},
		"type":            {with(func(e *Entry) { e.Type = 'p' }), "new", `adding "a/b" from second: the entry is of type 'p', expected a file, directory or symlink`},
		"size of a dir":   {with(func(e *Entry) { e.Type = Dir }), "", `adding "a/b" from second: the size of the directory is 3`},
		"no target":       {Entry{Path: "c", Type: Symlink}, "", `adding "c" from second: the symlink's target is ""`},
		"target of a dir": {Entry{Path: "c", Type: Dir, Target: "d"}, "", `adding "c" from second: the directory has the target "d", which only a symlink has`},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := NewWriter(io.Discard, Gzip)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Abandon()
			if err := w.Add(file, strings.NewReader("old"), "first"); err != nil {
				t.Fatal(err)
			}
			if err := w.Add(tt.entry, strings.NewReader(tt.content), "second"); fmt.Sprint(err) != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestSameEntryTwiceIsOne(t *testing.T) {
	w, err := NewWriter(io.Discard, Gzip)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		e, content := entry("a/b", "same")
		if err := w.Add(e, content, "test"); err != nil {
			t.Fatal(err)
		}
		if err := w.Add(Entry{Path: "a", Type: Dir, Mode: 0o755}, nil, "test"); err != nil {
			t.Fatal(err)
		}
	}
	layer, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	if len(layer.Entries) != 2 {
		t.Errorf("got %v, want a and a/b", layer.Entries)
	}
}

func TestUnknownCompression(t *testing.T) {
	_, err := ParseCompression("xz")
	if want := `unknown compression "xz", expected "gzip" or "zstd"`; fmt.Sprint(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
