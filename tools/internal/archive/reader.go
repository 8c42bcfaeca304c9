// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// Walk calls visit for each entry of the layer file at path, in the layer's order; content is a file's content. The blob may be
// compressed by gzip, by zstd, or not at all.
func Walk(path string, visit func(e Entry, content io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := walk(f, visit); err != nil {
		return fmt.Errorf("reading layer %q: %w", path, err)
	}
	return nil
}

func walk(r io.Reader, visit func(Entry, io.Reader) error) error {
	stream, err := decompress(r)
	if err != nil {
		return err
	}
	defer stream.Close()
	t := tar.NewReader(stream)
	for {
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		e, err := entryOf(h)
		if err != nil {
			return err
		}
		if err := visit(e, t); err != nil {
			return err
		}
	}
	// What follows the tar's end still belongs to the blob: its checksum is there.
	_, err = io.Copy(io.Discard, stream)
	return err
}

func decompress(r io.Reader) (io.ReadCloser, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	magic, err := b.Peek(len(zstdMagic))
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(magic, gzipMagic):
		return gzip.NewReader(b)
	case bytes.HasPrefix(magic, zstdMagic):
		d, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	}
	return io.NopCloser(b), nil
}

func entryOf(h *tar.Header) (Entry, error) {
	e := Entry{
		Path: strings.TrimSuffix(strings.TrimPrefix(h.Name, "./"), "/"),
		Mode: uint32(h.Mode) & maxMode,
		UID:  h.Uid,
		GID:  h.Gid,
	}
	switch h.Typeflag {
	case tar.TypeReg:
		e.Type, e.Size = File, h.Size
	case tar.TypeDir:
		e.Type = Dir
	case tar.TypeSymlink:
		e.Type, e.Target = Symlink, h.Linkname
	default:
		return e, fmt.Errorf("the entry %q is of tar type %q, expected a file, directory or symlink", h.Name, h.Typeflag)
	}
	return e, nil
}
