// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci/ocitest"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// foreign makes an image as another tool would, for a platform.
func foreign(t *testing.T, platform v1.Platform, mediaType types.MediaType) v1.Image {
	t.Helper()
	image, err := random.Image(1024, 2)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Variant = platform.OS, platform.Architecture, platform.Variant
	config.Config.Env = []string{"FROM=base"}
	config.History = nil
	if image, err = mutate.ConfigFile(image, config); err != nil {
		t.Fatal(err)
	}
	return mutate.MediaType(image, mediaType)
}

func appendTo(t *testing.T, dir string, images ...v1.Image) {
	t.Helper()
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	for _, image := range images {
		if err := path.AppendImage(image); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	amd64 = v1.Platform{OS: "linux", Architecture: "amd64"}
	arm64 = v1.Platform{OS: "linux", Architecture: "arm64", Variant: "v8"}
)

func TestDockerBaseBecomesOCI(t *testing.T) {
	s := newScene(t)
	appendTo(t, s.path("base"), foreign(t, amd64, types.DockerManifestSchema2))
	image := s.mustImage("app", "--base="+s.path("base"), s.layers(ocitest.GzipLayer(t, "//app", "a=1")))
	if got, want := image.MediaType, types.OCIManifestSchema1; got != want {
		t.Errorf("manifest is %q, want %q", got, want)
	}
	if got, want := image.Manifest.Config.MediaType, types.OCIConfigJSON; got != want {
		t.Errorf("configuration is %q, want %q", got, want)
	}
	for _, layer := range image.Manifest.Layers {
		if layer.MediaType != types.OCILayer {
			t.Errorf("layer is %q, want %q", layer.MediaType, types.OCILayer)
		}
	}
	if got, want := len(image.Config.History), 4; got != want {
		t.Errorf("history has %d entries, want %d: two that stand for the base's layers, one for ours, one for the configuration", got, want)
	}
	index, err := layout.ImageIndexFromPath(s.path("app"))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
}

func TestChoosesBaseByPlatform(t *testing.T) {
	one, other := foreign(t, amd64, types.OCIManifestSchema1), foreign(t, arm64, types.OCIManifestSchema1)
	nested := mutate.AppendManifests(empty.Index,
		mutate.IndexAddendum{Add: one, Descriptor: v1.Descriptor{Platform: &amd64}},
		mutate.IndexAddendum{Add: other, Descriptor: v1.Descriptor{Platform: &arm64}},
	)
	s := newScene(t)
	// Platforms stand in the configurations alone.
	appendTo(t, s.path("flat"), one, other)
	// One descriptor, which is an index.
	path, err := layout.Write(s.path("nested"), empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := path.AppendIndex(nested); err != nil {
		t.Fatal(err)
	}
	want, err := other.Digest()
	if err != nil {
		t.Fatal(err)
	}
	for _, base := range []string{"flat", "nested"} {
		image := s.mustImage("app-"+base, "--base="+s.path(base), "--architecture=arm64")
		if got := image.Manifest.Annotations["org.opencontainers.image.base.digest"]; got != want.String() {
			t.Errorf("%s: base is %s, want %s", base, got, want)
		}
		if got, want := image.Descriptor().Platform.String(), "linux/arm64/v8"; got != want {
			t.Errorf("%s: platform is %s, want %s", base, got, want)
		}
		_, err := oci.Open(s.path(base))
		if want := `reading OCI layout "` + s.path(base) + `": the layout holds 2 images (linux/amd64, linux/arm64/v8), expected one: name a layout with a single image`; err == nil || err.Error() != want {
			t.Errorf("%s: got error\n%v\nwant\n%s", base, err, want)
		}
	}
}

func TestRefusesForeignLayersOfBase(t *testing.T) {
	s := newScene(t)
	base := s.mustImage("made", s.layers(ocitest.GzipLayer(t, "//base", "a=1")))
	manifest := base.Manifest
	manifest.Layers[0].MediaType = types.DockerForeignLayer
	raw, err := json.Marshal(manifest)
	if err != nil {
		t.Fatal(err)
	}
	digest, size, err := v1.SHA256(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	ocitest.Write(t, filepath.Join(s.path("made"), "blobs/sha256", digest.Hex), string(raw))
	rewrite(t, s.path("made"), func(index map[string]any) {
		descriptor := index["manifests"].([]any)[0].(map[string]any)
		descriptor["digest"], descriptor["size"] = digest.String(), size
	})
	want := `writing OCI layout "` + s.path("app") + `": base layer ` + manifest.Layers[0].Digest.String() +
		` is "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", expected a tar, plain, gzip or zstd, that may be distributed: choose another base`
	if err := s.image("app", "--base="+s.path("made")); err == nil || err.Error() != want {
		t.Errorf("got error\n%v\nwant\n%s", err, want)
	}
	nothingWritten(t, s)
}

func TestBaseBlobsAreChecked(t *testing.T) {
	s := newScene(t)
	base := s.mustImage("base", s.layers(ocitest.Layer(t, "//base", "a=1")))
	layer := base.Manifest.Layers[0]
	damaged := make([]byte, layer.Size)
	ocitest.Write(t, base.Blob(layer.Digest), string(damaged))
	got, _, err := v1.SHA256(bytes.NewReader(damaged))
	if err != nil {
		t.Fatal(err)
	}
	want := `writing OCI layout "` + s.path("app") + `": blob "` + base.Blob(layer.Digest) + `" is ` + got.String() + ` of 2048 bytes, expected ` + layer.Digest.String() + ` of 2048 bytes`
	if err := s.image("app", "--base="+s.path("base")); err == nil || err.Error() != want {
		t.Errorf("got error\n%v\nwant\n%s", err, want)
	}
	nothingWritten(t, s)
}
