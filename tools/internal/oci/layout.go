// SPDX-License-Identifier: Apache-2.0

// Package oci reads, assembles and writes OCI image layout directories.
//
// It exists because an image is put together from files that other actions have made: nothing is compressed here and no layer is held in
// memory; blobs are streamed and their digests are checked on the way. It knows nothing of npm, and it opens no socket.
// Formats: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
package oci

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// maxDocument is the largest manifest, index or configuration that is read, in bytes. Registries stop at 4 MiB.
const maxDocument = 16 << 20

// Image is one image of a layout directory. Its manifest and configuration are read and checked; its layers are known to be there.
type Image struct {
	// Dir is the layout directory.
	Dir string
	// Digest is the manifest's, Raw are the manifest's bytes.
	Digest v1.Hash
	Raw    []byte
	// MediaType is the manifest's: OCI or docker schema 2.
	MediaType types.MediaType
	Manifest  v1.Manifest
	// RawConfig are the configuration's bytes.
	RawConfig []byte
	Config    v1.ConfigFile
}

// Open finds the only image of a layout directory. Index documents are followed.
func Open(dir string) (*Image, error) {
	return open(dir, func(found []candidate) ([]candidate, error) {
		if len(found) > 1 {
			return nil, fmt.Errorf("the layout holds %d images (%s), expected one: name a layout with a single image", len(found), platforms(found))
		}
		return found, nil
	})
}

// OpenPlatform finds the image for a platform. An empty variant stands for any.
func OpenPlatform(dir string, want v1.Platform) (*Image, error) {
	return open(dir, func(found []candidate) ([]candidate, error) {
		var fits []candidate
		for _, c := range found {
			if c.platform.Satisfies(want) {
				fits = append(fits, c)
			}
		}
		switch {
		case len(fits) == 0:
			return nil, fmt.Errorf("no image for platform %s; the layout holds: %s", want, platforms(found))
		case len(fits) > 1:
			return nil, fmt.Errorf("%d images for platform %s (%s), expected one: say which variant", len(fits), want, platforms(fits))
		}
		return fits, nil
	})
}

// Blob returns the path of a blob.
func (i *Image) Blob(digest v1.Hash) string { return blobPath(i.Dir, digest) }

// Descriptor returns the manifest's descriptor with its platform.
func (i *Image) Descriptor() v1.Descriptor {
	return v1.Descriptor{
		MediaType: i.MediaType,
		Size:      int64(len(i.Raw)),
		Digest:    i.Digest,
		Platform:  i.Config.Platform(),
	}
}

type candidate struct {
	descriptor v1.Descriptor
	platform   v1.Platform
}

func open(dir string, choose func([]candidate) ([]candidate, error)) (*Image, error) {
	image, err := find(dir, choose)
	if err != nil {
		return nil, fmt.Errorf("reading OCI layout %q: %w", dir, err)
	}
	return image, nil
}

func find(dir string, choose func([]candidate) ([]candidate, error)) (*Image, error) {
	if _, err := os.Stat(filepath.Join(dir, "oci-layout")); err != nil {
		return nil, fmt.Errorf("not an OCI image layout: it has no file \"oci-layout\"; expected a directory as node_runtime, oci_image or oci_pull make it")
	}
	data, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		return nil, fmt.Errorf("not an OCI image layout: it has no readable file \"index.json\"")
	}
	found, err := candidates(dir, "index.json", data, 0)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errors.New("index.json lists no image")
	}
	chosen, err := choose(found)
	if err != nil {
		return nil, err
	}
	return load(dir, chosen[0].descriptor)
}

// candidates lists the images that an index document leads to, each digest once.
func candidates(dir, name string, data []byte, depth int) ([]candidate, error) {
	if depth > 4 {
		return nil, fmt.Errorf("%s: indexes are nested more than 4 deep", name)
	}
	var index v1.IndexManifest
	if err := json.Unmarshal(data, &index); err != nil {
		return nil, fmt.Errorf("parsing %q: %w", name, err)
	}
	var found []candidate
	for _, descriptor := range index.Manifests {
		more, err := follow(dir, descriptor, depth)
		if err != nil {
			return nil, err
		}
		for _, c := range more {
			if !slices.ContainsFunc(found, func(o candidate) bool { return o.descriptor.Digest == c.descriptor.Digest }) {
				found = append(found, c)
			}
		}
	}
	return found, nil
}

func follow(dir string, descriptor v1.Descriptor, depth int) ([]candidate, error) {
	switch {
	case descriptor.MediaType.IsIndex():
		data, err := document(dir, "index", descriptor)
		if err != nil {
			return nil, err
		}
		return candidates(dir, descriptor.Digest.String(), data, depth+1)
	case !descriptor.MediaType.IsImage():
		return nil, fmt.Errorf("manifest %s is %q, expected an image manifest or an index of OCI or docker schema 2", descriptor.Digest, descriptor.MediaType)
	case descriptor.Platform == nil:
		image, err := load(dir, descriptor)
		if err != nil {
			return nil, err
		}
		return []candidate{{descriptor, v1.Platform{OS: image.Config.OS, Architecture: image.Config.Architecture, Variant: image.Config.Variant}}}, nil
	case descriptor.Platform.OS == "unknown":
		// What buildkit calls an attestation manifest: it describes an image and is none.
		return nil, nil
	}
	return []candidate{{descriptor, *descriptor.Platform}}, nil
}

func load(dir string, descriptor v1.Descriptor) (*Image, error) {
	image := &Image{Dir: dir, Digest: descriptor.Digest, MediaType: descriptor.MediaType}
	var err error
	if image.Raw, err = document(dir, "manifest", descriptor); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(image.Raw, &image.Manifest); err != nil {
		return nil, fmt.Errorf("parsing manifest %s: %w", descriptor.Digest, err)
	}
	config := image.Manifest.Config
	if !config.MediaType.IsConfig() {
		return nil, fmt.Errorf("manifest %s: the configuration is %q, expected an image's: %q", descriptor.Digest, config.MediaType, types.OCIConfigJSON)
	}
	if image.RawConfig, err = document(dir, "configuration", config); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(image.RawConfig, &image.Config); err != nil {
		return nil, fmt.Errorf("parsing configuration %s: %w", config.Digest, err)
	}
	layers := image.Manifest.Layers
	if got, want := len(image.Config.RootFS.DiffIDs), len(layers); got != want {
		return nil, fmt.Errorf("manifest %s has %d layers, but its configuration lists %d diff_ids", descriptor.Digest, want, got)
	}
	for _, layer := range layers {
		if err := checkBlob(dir, "layer", layer); err != nil {
			return nil, err
		}
	}
	return image, nil
}

func checkBlob(dir, what string, descriptor v1.Descriptor) error {
	info, err := os.Stat(blobPath(dir, descriptor.Digest))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s %s is missing: expected it at %s", what, descriptor.Digest, filepath.ToSlash(blobPath("", descriptor.Digest)))
	case err != nil:
		return fmt.Errorf("reading %s %s: %w", what, descriptor.Digest, err)
	case info.Size() != descriptor.Size:
		return fmt.Errorf("%s %s has %d bytes, expected %d", what, descriptor.Digest, info.Size(), descriptor.Size)
	}
	return nil
}

// document reads a small blob and checks that it is what the descriptor says.
func document(dir, what string, descriptor v1.Descriptor) ([]byte, error) {
	if err := checkBlob(dir, what, descriptor); err != nil {
		return nil, err
	}
	if descriptor.Size > maxDocument {
		return nil, fmt.Errorf("%s %s has %d bytes, expected at most %d", what, descriptor.Digest, descriptor.Size, maxDocument)
	}
	data, err := os.ReadFile(blobPath(dir, descriptor.Digest))
	if err != nil {
		return nil, fmt.Errorf("reading %s %s: %w", what, descriptor.Digest, err)
	}
	if got := digestOf(data); got != descriptor.Digest {
		return nil, fmt.Errorf("%s %s has the digest %s: the layout is damaged", what, descriptor.Digest, got)
	}
	return data, nil
}

func digestOf(data []byte) v1.Hash {
	sum := sha256.Sum256(data)
	return v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum[:])}
}

func blobPath(dir string, digest v1.Hash) string {
	return filepath.Join(dir, "blobs", digest.Algorithm, digest.Hex)
}

func platforms(found []candidate) string {
	var names []string
	for _, c := range found {
		names = append(names, c.platform.String())
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
