// SPDX-License-Identifier: Apache-2.0

// Package rootfs turns an image's layers into a folder in which the image can run without a container engine and without
// privilege, and into a tree that says what the image holds.
//
// The folder and the tree differ on purpose. An unprivileged process can own files of one user only, so that on disk every
// file belongs to whoever unpacks, and its mode is what the image's user would be granted. Judge permissions and owners by the
// tree, which keeps what the layers say.
package rootfs

import (
	"io"
	"os"
	"runtime"

	"github.com/rules-node-image/rules_node_image/tools/internal/oci"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Open returns the image in the OCI layout directory dir. A layout of several images must hold exactly one for this machine:
// an image of another architecture cannot run here.
//
// go-containerregistry's own reader refuses blobs that are symlinks, which is what Bazel's sandbox and rules_oci make of them.
func Open(dir string) (v1.Image, error) {
	image, err := oci.OpenPlatform(dir, v1.Platform{OS: "linux", Architecture: runtime.GOARCH})
	if err != nil {
		return nil, err
	}
	return partial.CompressedToImage(source{image})
}

// source is what partial needs to know of an image.
type source struct{ image *oci.Image }

func (s source) RawManifest() ([]byte, error)        { return s.image.Raw, nil }
func (s source) RawConfigFile() ([]byte, error)      { return s.image.RawConfig, nil }
func (s source) MediaType() (types.MediaType, error) { return s.image.MediaType, nil }
func (s source) Manifest() (*v1.Manifest, error)     { return &s.image.Manifest, nil }
func (s source) LayerByDigest(digest v1.Hash) (partial.CompressedLayer, error) {
	descriptor, err := partial.BlobDescriptor(s, digest)
	if err != nil {
		return nil, err
	}
	return blob{*descriptor, s.image.Blob(digest)}, nil
}

type blob struct {
	descriptor v1.Descriptor
	path       string
}

func (b blob) Digest() (v1.Hash, error)            { return b.descriptor.Digest, nil }
func (b blob) Size() (int64, error)                { return b.descriptor.Size, nil }
func (b blob) MediaType() (types.MediaType, error) { return b.descriptor.MediaType, nil }
func (b blob) Compressed() (io.ReadCloser, error)  { return os.Open(b.path) }
