// SPDX-License-Identifier: Apache-2.0

package oci

import (
	"fmt"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Docker's name for zstd layers; go-containerregistry has none.
const dockerLayerZstd types.MediaType = "application/vnd.docker.image.rootfs.diff.tar.zstd"

// ociLayers maps the media types of layers that a base may have to those that an OCI manifest names the same bytes by.
var ociLayers = map[types.MediaType]types.MediaType{
	types.OCILayer:                types.OCILayer,
	types.OCILayerZStd:            types.OCILayerZStd,
	types.OCIUncompressedLayer:    types.OCIUncompressedLayer,
	types.DockerLayer:             types.OCILayer,
	types.DockerUncompressedLayer: types.OCIUncompressedLayer,
	dockerLayerZstd:               types.OCILayerZStd,
}

// baseLayer returns the descriptor by which an OCI manifest may list a layer of the base.
func baseLayer(layer v1.Descriptor) (v1.Descriptor, error) {
	mediaType, ok := ociLayers[layer.MediaType]
	if !ok {
		return layer, fmt.Errorf("base layer %s is %q, expected a tar, plain, gzip or zstd, that may be distributed: choose another base", layer.Digest, layer.MediaType)
	}
	// URLs and data are other ways to the bytes, which the layout has anyway.
	return v1.Descriptor{MediaType: mediaType, Digest: layer.Digest, Size: layer.Size, Annotations: layer.Annotations}, nil
}

// architectures lists, by Go's names, what an image may be for, with the variants that OCI defines.
// https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#platform-variants
var architectures = map[string][]string{
	"386":      nil,
	"amd64":    {"v1", "v2", "v3", "v4"},
	"arm":      {"v5", "v6", "v7", "v8"},
	"arm64":    {"v8", "v9"},
	"loong64":  nil,
	"mips64le": nil,
	"ppc64le":  nil,
	"riscv64":  nil,
	"s390x":    nil,
}

// ParsePlatform checks the three parts of a platform. variant may be empty.
func ParsePlatform(os, architecture, variant string) (v1.Platform, error) {
	if os != "linux" {
		return v1.Platform{}, fmt.Errorf("os %q: expected \"linux\"", os)
	}
	variants, ok := architectures[architecture]
	if !ok {
		return v1.Platform{}, fmt.Errorf("architecture %q: expected one of %s", architecture, strings.Join(sortedKeys(architectures), ", "))
	}
	if variant != "" && !slices.Contains(variants, variant) {
		expected := "none"
		if len(variants) > 0 {
			expected = "none or one of " + strings.Join(variants, ", ")
		}
		return v1.Platform{}, fmt.Errorf("variant %q of architecture %q: expected %s", variant, architecture, expected)
	}
	return v1.Platform{OS: os, Architecture: architecture, Variant: variant}, nil
}
