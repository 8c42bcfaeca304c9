// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"archive/tar"
	"crypto/sha256"
	"fmt"
	"io"
	"time"
)

// Writer writes a layer, entry by entry as they come. It remembers each entry and the digest of its content, but no content.
type Writer struct {
	tar        *tar.Writer
	compressor io.WriteCloser
	diff, blob *digester
	mediaType  string
	seen       map[string]record
	buffer     []byte
}

// record is what the writer remembers of an entry, to recognize a second one at its path.
type record struct {
	Entry
	sum [sha256.Size]byte
	// source that the entry came from, "" for a parent directory that only an entry below it asked for.
	source string
}

// NewWriter starts a layer on w. Nothing is whole before Close.
func NewWriter(w io.Writer, compression Compression) (*Writer, error) {
	blob := newDigester(w)
	compressor, err := compression.compressor(blob)
	if err != nil {
		return nil, err
	}
	diff := newDigester(compressor)
	return &Writer{
		tar:        tar.NewWriter(diff),
		compressor: compressor,
		diff:       diff,
		blob:       blob,
		mediaType:  compression.MediaType(),
		seen:       map[string]record{},
		buffer:     make([]byte, 256<<10),
	}, nil
}

// Add writes an entry, and before it the parent directories that are still missing, 0755 and root's. content is a file's content,
// exactly e.Size bytes of it. source says in errors where the entry comes from. A second entry at a path is dropped if it is
// the same in every respect, else it is an error.
func (w *Writer) Add(e Entry, content io.Reader, source string) error {
	if err := w.add(e, content, source); err != nil {
		return fmt.Errorf("adding %q from %s: %w", e.Path, source, err)
	}
	return nil
}

func (w *Writer) add(e Entry, content io.Reader, source string) error {
	if err := check(e); err != nil {
		return err
	}
	if err := parents(e.Path, w.parent); err != nil {
		return err
	}
	if old, ok := w.seen[e.Path]; ok {
		return w.again(old, e, content)
	}
	if err := w.header(e); err != nil {
		return err
	}
	sum, err := w.content(w.tar, e, content)
	if err != nil {
		return err
	}
	w.seen[e.Path] = record{Entry: e, sum: sum, source: source}
	return nil
}

// parent makes a directory, unless it is there.
func (w *Writer) parent(dir string) error {
	old, ok := w.seen[dir]
	if ok && old.Type != Dir {
		return fmt.Errorf("%q is a %v from %s, expected a directory", dir, old.Type, old.source)
	}
	if ok {
		return nil
	}
	e := Entry{Path: dir, Type: Dir, Mode: 0o755}
	w.seen[dir] = record{Entry: e}
	return w.header(e)
}

// again compares an entry to the one that its path holds.
func (w *Writer) again(old record, e Entry, content io.Reader) error {
	if old.source == "" && old.Entry != e {
		return fmt.Errorf("a file below this directory has been added before it, expected the directory first (%s instead of %s)",
			e.attributes(), old.attributes())
	}
	if old.Entry != e {
		return fmt.Errorf("the path is there already from %s, and differs (%s instead of %s)", old.source, e.attributes(), old.attributes())
	}
	sum, err := w.content(io.Discard, e, content)
	if err != nil {
		return err
	}
	if sum != old.sum {
		return fmt.Errorf("the path is there already from %s, with other content", old.source)
	}
	return nil
}

// content copies a file's content to dst and returns its digest.
func (w *Writer) content(dst io.Writer, e Entry, content io.Reader) ([sha256.Size]byte, error) {
	var sum [sha256.Size]byte
	if e.Type != File {
		return sum, nil
	}
	hash := sha256.New()
	n, err := io.CopyBuffer(io.MultiWriter(hash, dst), io.LimitReader(content, e.Size), w.buffer)
	if err != nil {
		return sum, err
	}
	if n < e.Size {
		return sum, fmt.Errorf("the content ended after %d bytes, expected %d", n, e.Size)
	}
	if n, _ := io.ReadFull(content, w.buffer[:1]); n > 0 {
		return sum, fmt.Errorf("the content goes on after %d bytes, the size that was announced", e.Size)
	}
	hash.Sum(sum[:0])
	return sum, nil
}

// header writes an entry's tar header: USTAR where its fields suffice, else PAX (archive/tar decides, by the entry alone).
func (w *Writer) header(e Entry) error {
	h := &tar.Header{
		Name:    e.Path,
		Mode:    int64(e.Mode),
		Uid:     e.UID,
		Gid:     e.GID,
		ModTime: time.Unix(0, 0),
	}
	switch e.Type {
	case File:
		h.Typeflag, h.Size = tar.TypeReg, e.Size
	case Dir:
		h.Typeflag, h.Name = tar.TypeDir, e.Path+"/"
	case Symlink:
		h.Typeflag, h.Linkname = tar.TypeSymlink, e.Target
	}
	return w.tar.WriteHeader(h)
}

// Close ends the layer and describes it. The Writer is of no use afterwards.
func (w *Writer) Close() (Layer, error) {
	if err := w.tar.Close(); err != nil {
		return Layer{}, fmt.Errorf("ending tar stream: %w", err)
	}
	if err := w.compressor.Close(); err != nil {
		return Layer{}, fmt.Errorf("ending compressed stream: %w", err)
	}
	layer := Layer{
		MediaType:        w.mediaType,
		Digest:           w.blob.digest(),
		Size:             w.blob.size,
		DiffID:           w.diff.digest(),
		UncompressedSize: w.diff.size,
		Entries:          make([]Entry, 0, len(w.seen)),
	}
	for _, r := range w.seen {
		layer.Entries = append(layer.Entries, r.Entry)
	}
	sortEntries(layer.Entries)
	return layer, nil
}

// Abandon ends a layer that nobody wants any more. What was written so far is of no use.
func (w *Writer) Abandon() {
	w.compressor.Close() // only to stop its goroutines
}
