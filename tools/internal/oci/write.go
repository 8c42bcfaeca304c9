// SPDX-License-Identifier: Apache-2.0

package oci

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// writer writes a layout directory. Modes are set after creation: no umask shows in the result.
type writer struct{ dir string }

// create makes the layout's folders. Bazel makes the output directory itself beforehand; anything in it is somebody else's.
func create(dir string) (writer, error) {
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		return writer{}, fmt.Errorf("the directory holds %q, expected an empty or an absent one", entries[0].Name())
	}
	for _, folder := range []string{dir, filepath.Join(dir, "blobs"), filepath.Join(dir, "blobs", "sha256")} {
		if err := os.Mkdir(folder, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
			return writer{}, err
		}
		if err := os.Chmod(folder, 0o755); err != nil {
			return writer{}, err
		}
	}
	return writer{dir}, nil
}

// remove empties the directory again; the directory itself may be Bazel's.
func (w writer) remove() error {
	entries, err := os.ReadDir(w.dir)
	for _, entry := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(w.dir, entry.Name())))
	}
	return err
}

// copyBlob copies a file to where its digest says, and makes sure that it has this digest and size.
func (w writer) copyBlob(ctx context.Context, src string, want v1.Descriptor) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	target := blobPath(w.dir, want.Digest)
	if _, err := os.Stat(target); err == nil {
		return nil
	}
	source, err := os.Open(src)
	if err != nil {
		return err
	}
	defer source.Close()
	sum := sha256.New()
	size, err := writeFile(target, io.TeeReader(source, sum))
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != want.Digest.Hex || size != want.Size {
		return fmt.Errorf("blob %q is sha256:%s of %d bytes, expected %s of %d bytes", src, got, size, want.Digest, want.Size)
	}
	return nil
}

// putJSON writes value as a blob. encoding/json sorts maps and keeps the order of struct fields: same value, same bytes.
func (w writer) putJSON(value any) (v1.Descriptor, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return v1.Descriptor{}, err
	}
	descriptor := v1.Descriptor{Digest: digestOf(data), Size: int64(len(data))}
	_, err = writeFile(blobPath(w.dir, descriptor.Digest), bytes.NewReader(data))
	return descriptor, err
}

// finish writes the two files by which a reader knows a layout. They come last: without them it is none.
func (w writer) finish(manifest v1.Descriptor) error {
	index, err := json.Marshal(indexOf(manifest))
	if err != nil {
		return err
	}
	if _, err := writeFile(filepath.Join(w.dir, "index.json"), bytes.NewReader(index)); err != nil {
		return err
	}
	_, err = writeFile(filepath.Join(w.dir, "oci-layout"), bytes.NewReader(layoutMarker))
	return err
}

func writeFile(path string, content io.Reader) (int64, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return 0, err
	}
	size, err := io.Copy(f, content)
	return size, errors.Join(err, f.Chmod(0o644), f.Close())
}
