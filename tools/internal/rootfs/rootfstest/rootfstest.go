// SPDX-License-Identifier: Apache-2.0

// Package rootfstest builds small images for tests, entry by entry, including those that no honest tool would write.
package rootfstest

import (
	"archive/tar"
	"bytes"
	"io"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// File is a regular file of root's with mode 0644.
func File(name, content string) tar.Header {
	return tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(content)), PAXRecords: map[string]string{contentKey: content}}
}

// contentKey carries a file's content to Layer; it is in no layer.
const contentKey = "TEST.content"

// Dir is a directory of root's with mode 0755.
func Dir(name string) tar.Header {
	return tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: 0o755}
}

// Link is an entry that points to target: a symlink, or a hard link if kind is tar.TypeLink.
func Link(kind byte, name, target string) tar.Header {
	return tar.Header{Typeflag: kind, Name: name, Linkname: target, Mode: 0o777}
}

// Owned changes the owner and the mode of an entry.
func Owned(header tar.Header, uid, gid int, mode int64) tar.Header {
	header.Uid, header.Gid, header.Mode = uid, gid, mode
	return header
}

// Layer packs entries in the given order.
func Layer(t *testing.T, how compression.Compression, entries ...tar.Header) v1.Layer {
	t.Helper()
	var stream bytes.Buffer
	w := tar.NewWriter(&stream)
	for _, header := range entries {
		content := header.PAXRecords[contentKey]
		header.PAXRecords = nil
		if err := w.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(stream.Bytes())), nil }
	layer, err := tarball.LayerFromOpener(open, tarball.WithCompression(how), tarball.WithCompressionLevel(1))
	if err != nil {
		t.Fatal(err)
	}
	return layer
}

// Image is an image of layers, for this machine.
func Image(t *testing.T, config v1.Config, layers ...v1.Layer) v1.Image {
	t.Helper()
	return ImageFor(t, runtime.GOARCH, config, layers...)
}

// ImageFor is an image of layers for an architecture.
func ImageFor(t *testing.T, architecture string, config v1.Config, layers ...v1.Layer) v1.Image {
	t.Helper()
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: architecture, Config: config})
	if err == nil {
		image, err = mutate.AppendLayers(image, layers...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// Layout writes images to a new OCI layout directory.
func Layout(t *testing.T, images ...mutate.IndexAddendum) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "layout")
	if _, err := layout.Write(dir, mutate.AppendManifests(empty.Index, images...)); err != nil {
		t.Fatal(err)
	}
	return dir
}
