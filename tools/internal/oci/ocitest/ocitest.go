// SPDX-License-Identifier: Apache-2.0

// Package ocitest makes small layers and images for tests.
package ocitest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Layer writes an uncompressed layer with the listed files, each "path=content", its description and its listing into a fresh directory.
func Layer(t *testing.T, createdBy string, files ...string) wire.LayerFile {
	t.Helper()
	return layer(t, types.OCIUncompressedLayer, createdBy, files)
}

// GzipLayer is Layer with a compressed blob. Its digest depends on Go's compressor: nothing for goldens.
func GzipLayer(t *testing.T, createdBy string, files ...string) wire.LayerFile {
	t.Helper()
	return layer(t, types.OCILayer, createdBy, files)
}

func layer(t *testing.T, mediaType types.MediaType, createdBy string, files []string) wire.LayerFile {
	t.Helper()
	archive, listing := tarOf(t, files)
	blob := archive
	if mediaType == types.OCILayer {
		var compressed bytes.Buffer
		w := gzip.NewWriter(&compressed)
		if _, err := w.Write(archive); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		blob = compressed.Bytes()
	}
	dir := t.TempDir()
	file := wire.LayerFile{Blob: filepath.Join(dir, "blob"), Meta: filepath.Join(dir, "meta.json"), Listing: filepath.Join(dir, "listing")}
	Write(t, file.Blob, string(blob))
	Write(t, file.Listing, listing)
	meta := wire.Layer{
		MediaType: string(mediaType), Digest: digest(blob), Size: int64(len(blob)), DiffID: digest(archive),
		UncompressedSize: int64(len(archive)), Entries: len(files), CreatedBy: createdBy, Comment: fmt.Sprintf("%d files", len(files)),
	}
	if err := wire.WriteFile(file.Meta, meta); err != nil {
		t.Fatal(err)
	}
	return file
}

func tarOf(t *testing.T, files []string) ([]byte, string) {
	t.Helper()
	var archive bytes.Buffer
	var listing strings.Builder
	w := tar.NewWriter(&archive)
	for _, file := range files {
		name, content, _ := strings.Cut(file, "=")
		header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(content)), Mode: 0o644, ModTime: time.Unix(0, 0)}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&listing, "-rw-r--r-- 0:0 %d %s\n", len(content), name)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes(), listing.String()
}

// Image assembles an image for linux/amd64 and opens it.
func Image(t *testing.T, layers ...wire.LayerFile) *oci.Image {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "image")
	settings := oci.Settings{
		Platform: v1.Platform{OS: "linux", Architecture: "amd64"}, CreatedBy: "//app:image", Created: time.Unix(0, 0).UTC(),
		Entrypoint: []string{"/opt/bin/node"}, Cmd: []string{"."}, User: "65532", Workdir: "/usr/src/app",
		Env: []oci.Pair{{Key: "NODE_ENV", Value: "production"}},
	}
	if _, err := oci.Assemble(t.Context(), dir, nil, layers, settings); err != nil {
		t.Fatal(err)
	}
	image, err := oci.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// Write writes a file.
func Write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func digest(data []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(data)) }
