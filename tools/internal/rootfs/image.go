// SPDX-License-Identifier: Apache-2.0

// Package rootfs turns an image's layers into a folder in which the image can run without a container engine and without
// privilege, and into a tree that says what the image holds.
//
// The folder and the tree differ on purpose. An unprivileged process can own files of one user only, so that on disk every
// file belongs to whoever unpacks, and its mode is what the image's user would be granted. Judge permissions and owners by the
// tree, which keeps what the layers say.
package rootfs

import (
	"fmt"
	"runtime"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// Open returns the image in the OCI layout directory dir. A layout of several images must hold exactly one for this machine:
// an image of another architecture cannot run here.
func Open(dir string) (v1.Image, error) {
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, fmt.Errorf("opening OCI layout %q: %w", dir, err)
	}
	image, err := choose(index)
	if err != nil {
		return nil, fmt.Errorf("opening OCI layout %q: %w", dir, err)
	}
	return image, nil
}

func choose(index v1.ImageIndex) (v1.Image, error) {
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, fmt.Errorf("reading index.json: %w", err)
	}
	if len(manifest.Manifests) == 1 {
		only := manifest.Manifests[0]
		if only.MediaType.IsIndex() {
			nested, err := index.ImageIndex(only.Digest)
			if err != nil {
				return nil, fmt.Errorf("reading index %q: %w", only.Digest, err)
			}
			return choose(nested)
		}
		return index.Image(only.Digest)
	}
	var found []string
	var matches []v1.Descriptor
	for _, descriptor := range manifest.Manifests {
		found = append(found, descriptor.Platform.String())
		if p := descriptor.Platform; p != nil && p.OS == "linux" && p.Architecture == runtime.GOARCH {
			matches = append(matches, descriptor)
		}
	}
	if len(matches) != 1 {
		return nil, fmt.Errorf("choosing an image: found %d of linux/%s among %d images [%s], expected one: test the image of one platform",
			len(matches), runtime.GOARCH, len(found), strings.Join(found, ", "))
	}
	return index.Image(matches[0].Digest)
}
