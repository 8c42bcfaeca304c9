// SPDX-License-Identifier: Apache-2.0

package rootfs

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Root is an image's file system in a folder of the host.
type Root struct {
	// Dir is the folder.
	Dir string
	// Tree is what the layers say.
	Tree *Tree

	disk *os.Root
	// own are the files that stand in the place of the image's: paths relative to the root.
	own map[string]bool
}

// Unpack writes the image's layers into dir, which must not exist, and checks each against its diff ID. Nothing outside dir is
// touched whatever the layers hold: every path is opened below dir, and a layer that would write through a symlink is refused.
// If it fails, dir is removed.
func Unpack(image v1.Image, dir string) (root *Root, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("unpacking the image: %w", err)
	}
	disk, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("unpacking the image: %w", err), os.Remove(dir))
	}
	r := &Root{Dir: dir, Tree: newTree(), disk: disk, own: map[string]bool{}}
	if err := r.unpack(image); err != nil {
		return nil, errors.Join(err, r.Remove())
	}
	return r, nil
}

func (r *Root) unpack(image v1.Image) error {
	config, err := image.ConfigFile()
	if err != nil {
		return fmt.Errorf("reading the image's config: %w", err)
	}
	layers, err := image.Layers()
	if err != nil {
		return fmt.Errorf("reading the image's manifest: %w", err)
	}
	if found, expected := len(config.RootFS.DiffIDs), len(layers); found != expected {
		return fmt.Errorf("reading the image's config: found %d diff IDs, expected one for each of the manifest's %d layers", found, expected)
	}
	for i, layer := range layers {
		if err := r.layer(i+1, layer, config.RootFS.DiffIDs[i]); err != nil {
			return fmt.Errorf("unpacking layer %d of %d: %w", i+1, len(layers), err)
		}
	}
	return nil
}

func (r *Root) layer(number int, layer v1.Layer, diffID v1.Hash) error {
	stream, err := layer.Uncompressed()
	if err != nil {
		return err
	}
	defer stream.Close()
	digest := sha256.New()
	tee := io.TeeReader(stream, digest)
	entries := tar.NewReader(tee)
	for {
		header, err := entries.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("reading the tar stream: %w", err)
		}
		if err := r.apply(header, entries, number); err != nil {
			return fmt.Errorf("entry %q: %w", header.Name, err)
		}
	}
	// The diff ID covers the padding after the archive's end too.
	if _, err := io.Copy(io.Discard, tee); err != nil {
		return fmt.Errorf("reading the tar stream: %w", err)
	}
	if found := "sha256:" + hex.EncodeToString(digest.Sum(nil)); found != diffID.String() {
		return fmt.Errorf("checking its content: found diff ID %s, expected %s from the image's config: the layout is damaged", found, diffID)
	}
	return nil
}

// Remove deletes the folder, also where a mode forbids it.
func (r *Root) Remove() error {
	r.disk.Close()
	err := filepath.WalkDir(r.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o700)
	})
	return errors.Join(err, os.RemoveAll(r.Dir))
}

// Directory makes sure that the image has a directory at path, as engines do for mount points and the working directory, and
// returns where it really is: the path without symlinks. The tree stays as it is.
func (r *Root) Directory(path string) (string, error) {
	real, err := r.place(path)
	if err != nil {
		return "", fmt.Errorf("making directory %q: %w", path, err)
	}
	if err := r.disk.MkdirAll(relative(real), 0o755); err != nil {
		return "", fmt.Errorf("making directory %q: %w", path, err)
	}
	return real, nil
}

// Write puts a file of the engine's, such as /etc/hosts, in the place of the image's, if it has any. The tree stays as it is.
func (r *Root) Write(path, content string) error {
	dir, name := filepath.Split(path)
	real, err := r.Directory(dir)
	if err != nil {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	file := relative(join(real, name))
	if err := r.disk.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	if err := r.disk.WriteFile(file, []byte(content), 0o644); err != nil {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	r.own[file] = true
	return nil
}

// Read returns the content of the image's file at path, symlinks followed inside the image.
func (r *Root) Read(path string) ([]byte, error) {
	entry, err := r.Tree.Lookup(path, true)
	if err != nil {
		return nil, err
	}
	if entry.Kind != File {
		return nil, fmt.Errorf("reading %q: found a %s, expected a file", path, entry.Kind)
	}
	return r.disk.ReadFile(entry.relative())
}

func (r *Root) place(path string) (string, error) {
	if !strings.HasPrefix(path, "/") {
		return "", errors.New("expected an absolute path")
	}
	entry, rest, err := r.Tree.walk(path, true)
	if err != nil {
		return "", err
	}
	if len(rest) == 0 && entry.Kind != Dir {
		return "", fmt.Errorf("the image has a %s there", entry.Kind)
	}
	return filepath.Clean(join(entry.Path, strings.Join(rest, "/"))), nil
}

func relative(path string) string {
	if path == "/" {
		return "."
	}
	return path[1:]
}
