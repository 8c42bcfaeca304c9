// SPDX-License-Identifier: Apache-2.0

package oci

import (
	"context"
	"errors"
	"fmt"

	"github.com/rules-node-image/rules_node_image/tools/internal/wire"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// baseDigest is the annotation that names the base's manifest.
// https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md
const baseDigest = "org.opencontainers.image.base.digest"

var layoutMarker = []byte(`{"imageLayoutVersion":"1.0.0"}`)

// Assemble writes the image of the base (nil: none), the layers and the settings to the directory, and returns the manifest's digest.
// The directory must be empty or absent; after an error it holds nothing.
func Assemble(ctx context.Context, dir string, base *Image, layers []wire.LayerFile, settings Settings) (digest v1.Hash, err error) {
	w, err := create(dir)
	if err != nil {
		return v1.Hash{}, fmt.Errorf("creating OCI layout %q: %w", dir, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("writing OCI layout %q: %w", dir, err), w.remove())
		}
	}()
	a := &assembly{writer: w}
	a.manifest.SchemaVersion = 2
	a.manifest.MediaType = types.OCIManifestSchema1
	if err := a.start(ctx, base, settings); err != nil {
		return v1.Hash{}, err
	}
	for _, layer := range layers {
		if err := a.layer(ctx, layer); err != nil {
			return v1.Hash{}, err
		}
	}
	return a.end(settings)
}

type assembly struct {
	writer   writer
	manifest v1.Manifest
	config   *v1.ConfigFile
}

// start takes over what the base has.
func (a *assembly) start(ctx context.Context, base *Image, settings Settings) error {
	annotations := map[string]string{}
	if base == nil {
		a.config = settings.config(nil)
	} else {
		a.config = settings.config(&base.Config)
		a.config.History = paddedHistory(a.config.History, len(base.Manifest.Layers))
		annotations[baseDigest] = base.Digest.String()
		for _, layer := range base.Manifest.Layers {
			descriptor, err := baseLayer(layer)
			if err != nil {
				return err
			}
			if err := a.writer.copyBlob(ctx, base.Blob(layer.Digest), descriptor); err != nil {
				return err
			}
			a.manifest.Layers = append(a.manifest.Layers, descriptor)
		}
	}
	for _, pair := range settings.Annotations {
		annotations[pair.Key] = pair.Value
	}
	if len(annotations) > 0 {
		a.manifest.Annotations = annotations
	}
	return nil
}

// layer puts one layer on top.
func (a *assembly) layer(ctx context.Context, file wire.LayerFile) error {
	meta, err := wire.ReadFile[wire.Layer](file.Meta)
	if err != nil {
		return err
	}
	descriptor, diffID, err := describe(meta)
	if err != nil {
		return fmt.Errorf("layer description %q: %w", file.Meta, err)
	}
	if err := a.writer.copyBlob(ctx, file.Blob, descriptor); err != nil {
		return err
	}
	a.manifest.Layers = append(a.manifest.Layers, descriptor)
	a.config.RootFS.DiffIDs = append(a.config.RootFS.DiffIDs, diffID)
	a.config.History = append(a.config.History, v1.History{
		// Layers are the same whether a build is stamped or not, and so is what their history says.
		Created:   v1.Time{Time: epoch},
		CreatedBy: meta.CreatedBy,
		Comment:   meta.Comment,
	})
	return nil
}

func describe(meta wire.Layer) (v1.Descriptor, v1.Hash, error) {
	switch types.MediaType(meta.MediaType) {
	case types.OCILayer, types.OCILayerZStd, types.OCIUncompressedLayer:
	default:
		return v1.Descriptor{}, v1.Hash{}, fmt.Errorf("mediaType %q: expected %q, %q or %q", meta.MediaType, types.OCILayer, types.OCILayerZStd, types.OCIUncompressedLayer)
	}
	digest, err := v1.NewHash(meta.Digest)
	if err != nil {
		return v1.Descriptor{}, v1.Hash{}, fmt.Errorf("digest %q: expected \"sha256:\" and 64 hex digits", meta.Digest)
	}
	diffID, err := v1.NewHash(meta.DiffID)
	if err != nil {
		return v1.Descriptor{}, v1.Hash{}, fmt.Errorf("diffId %q: expected \"sha256:\" and 64 hex digits", meta.DiffID)
	}
	return v1.Descriptor{MediaType: types.MediaType(meta.MediaType), Digest: digest, Size: meta.Size}, diffID, nil
}

// end writes configuration, manifest and index.
func (a *assembly) end(settings Settings) (v1.Hash, error) {
	a.config.History = append(a.config.History, v1.History{
		Created:    v1.Time{Time: epoch},
		CreatedBy:  settings.CreatedBy,
		Comment:    "configuration",
		EmptyLayer: true,
	})
	// Both lists are required, though they may be empty.
	if len(a.manifest.Layers) == 0 {
		a.manifest.Layers, a.config.RootFS.DiffIDs = []v1.Descriptor{}, []v1.Hash{}
	}
	config, err := a.writer.putJSON(a.config)
	if err != nil {
		return v1.Hash{}, fmt.Errorf("writing configuration: %w", err)
	}
	config.MediaType = types.OCIConfigJSON
	a.manifest.Config = config
	manifest, err := a.writer.putJSON(a.manifest)
	if err != nil {
		return v1.Hash{}, fmt.Errorf("writing manifest: %w", err)
	}
	manifest.MediaType = types.OCIManifestSchema1
	manifest.Platform = &v1.Platform{OS: a.config.OS, Architecture: a.config.Architecture, Variant: a.config.Variant}
	return manifest.Digest, a.writer.finish(manifest)
}

func indexOf(manifest v1.Descriptor) v1.IndexManifest {
	return v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: []v1.Descriptor{manifest}}
}

// paddedHistory gives every layer of the base an entry. The history is optional, but one that is shorter than the list of layers would
// pin our entries on layers of the base.
func paddedHistory(history []v1.History, layers int) []v1.History {
	for _, entry := range history {
		if !entry.EmptyLayer {
			layers--
		}
	}
	for range layers {
		history = append(history, v1.History{Created: v1.Time{Time: epoch}, Comment: "layer of the base, which does not say what made it"})
	}
	return history
}
