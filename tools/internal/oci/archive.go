// SPDX-License-Identifier: Apache-2.0

package oci

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Reference is the name under which a container runtime knows an image.
type Reference struct {
	// Text as given: "app:latest".
	Text string
	// Full with registry and tag: "docker.io/library/app:latest".
	Full string
	Tag  string
}

// ParseReference checks a repository with a tag. The default tag is "latest", as docker has it.
func ParseReference(text string) (Reference, error) {
	tag, err := name.NewTag(text)
	if err != nil {
		return Reference{}, fmt.Errorf("reference %q: expected name:tag such as \"app:latest\" or \"registry.example/team/app:1.0\": %w", text, err)
	}
	registry := tag.RegistryStr()
	if registry == name.DefaultRegistry {
		registry = "docker.io"
	}
	if !strings.HasSuffix(text, ":"+tag.TagStr()) {
		text += ":" + tag.TagStr()
	}
	return Reference{Text: text, Full: registry + "/" + tag.RepositoryStr() + ":" + tag.TagStr(), Tag: tag.TagStr()}, nil
}

// dockerManifest is an element of the manifest.json of `docker save`, the part of an archive that runtimes without OCI support read.
type dockerManifest struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// WriteArchive streams the image as one tar that is both an OCI layout and what `docker save` writes, so that every runtime's load takes
// it: those that know OCI keep the digest, the others find manifest.json.
func WriteArchive(ctx context.Context, w io.Writer, image *Image, references []Reference) error {
	archive := tar.NewWriter(w)
	written := map[v1.Hash]bool{}
	for _, blob := range append([]v1.Descriptor{image.Descriptor(), image.Manifest.Config}, image.Manifest.Layers...) {
		if written[blob.Digest] {
			continue
		}
		written[blob.Digest] = true
		if err := archiveBlob(ctx, archive, image, blob); err != nil {
			return fmt.Errorf("archiving blob %s: %w", blob.Digest, err)
		}
	}
	index := indexOf(image.Descriptor())
	manifest := dockerManifest{Config: archivePath(image.Manifest.Config), RepoTags: []string{}, Layers: []string{}}
	for i, reference := range references {
		descriptor := image.Descriptor()
		descriptor.Annotations = map[string]string{
			"io.containerd.image.name":          reference.Full,
			"org.opencontainers.image.ref.name": reference.Tag,
		}
		index.Manifests = append(index.Manifests[:i], descriptor)
		manifest.RepoTags = append(manifest.RepoTags, reference.Text)
	}
	for _, layer := range image.Manifest.Layers {
		manifest.Layers = append(manifest.Layers, archivePath(layer))
	}
	if err := archiveJSON(archive, "index.json", index); err != nil {
		return err
	}
	if err := archiveJSON(archive, "manifest.json", []dockerManifest{manifest}); err != nil {
		return err
	}
	if err := archiveFile(archive, "oci-layout", int64(len(layoutMarker)), bytes.NewReader(layoutMarker)); err != nil {
		return err
	}
	return archive.Close()
}

func archivePath(blob v1.Descriptor) string {
	return path.Join("blobs", blob.Digest.Algorithm, blob.Digest.Hex)
}

func archiveBlob(ctx context.Context, archive *tar.Writer, image *Image, blob v1.Descriptor) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f, err := os.Open(image.Blob(blob.Digest))
	if err != nil {
		return err
	}
	defer f.Close()
	return archiveFile(archive, archivePath(blob), blob.Size, f)
}

func archiveJSON(archive *tar.Writer, name string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encoding %q: %w", name, err)
	}
	return archiveFile(archive, name, int64(len(data)), bytes.NewReader(data))
}

func archiveFile(archive *tar.Writer, name string, size int64, content io.Reader) error {
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o644, ModTime: time.Unix(0, 0)}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err := io.Copy(archive, content)
	return err
}
