// SPDX-License-Identifier: Apache-2.0

// Package layer is the outside of every tool that writes a layer: the flags, and the three files that come out whole or not at
// all. What goes into the layer is the tool's business.
package layer

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

// Output says where a layer goes and how it presents itself.
type Output struct {
	// Blob, Meta (wire.Layer) and Listing are the files to write.
	Blob, Meta, Listing string
	// Compression by name.
	Compression string
	// CreatedBy and Comment go into the image's history.
	CreatedBy, Comment string
}

// Required are the names of the flags that have no default.
var Required = []string{"output", "meta", "listing", "created-by", "comment"}

// Flags adds the flags of an Output.
func (o *Output) Flags(flags *flag.FlagSet) {
	flags.StringVar(&o.Blob, "output", "", "`file` to write the layer's blob to")
	flags.StringVar(&o.Meta, "meta", "", "`file` to write the layer's description to, as JSON")
	flags.StringVar(&o.Listing, "listing", "", "`file` to write the list of the layer's entries to")
	flags.StringVar(&o.Compression, "compression", string(archive.Gzip), "how the blob is compressed: `gzip or zstd`")
	flags.StringVar(&o.CreatedBy, "created-by", "", "`label` of the target that makes the layer")
	flags.StringVar(&o.Comment, "comment", "", "`text` that says what the layer holds")
}

// Write makes the layer that fill adds the entries of. The files appear under their names after all of them are complete; after
// an error none is there.
func (o *Output) Write(fill func(*archive.Writer) error) (err error) {
	compression, err := archive.ParseCompression(o.Compression)
	if err != nil {
		return fmt.Errorf("reading --compression: %w", err)
	}
	var files pending
	defer func() {
		if err != nil {
			files.discard()
		}
	}()
	blob, err := files.create(o.Blob)
	if err != nil {
		return err
	}
	layer, err := write(blob, compression, fill)
	if err != nil {
		return err
	}
	if err := o.describe(&files, layer); err != nil {
		return err
	}
	return files.publish()
}

func write(blob *os.File, compression archive.Compression, fill func(*archive.Writer) error) (archive.Layer, error) {
	w, err := archive.NewWriter(blob, compression)
	if err != nil {
		return archive.Layer{}, err
	}
	if err := fill(w); err != nil {
		w.Abandon()
		return archive.Layer{}, err
	}
	return w.Close()
}

func (o *Output) describe(files *pending, layer archive.Layer) error {
	meta, err := files.create(o.Meta)
	if err != nil {
		return err
	}
	err = wire.WriteFile(meta.Name(), wire.Layer{
		MediaType:        layer.MediaType,
		Digest:           layer.Digest,
		Size:             layer.Size,
		DiffID:           layer.DiffID,
		UncompressedSize: layer.UncompressedSize,
		Entries:          len(layer.Entries),
		CreatedBy:        o.CreatedBy,
		Comment:          o.Comment,
	})
	if err != nil {
		return err
	}
	listing, err := files.create(o.Listing)
	if err != nil {
		return err
	}
	return archive.WriteListing(listing, layer.Entries)
}

// pending are files under temporary names, next to the names they will have.
type pending []pendingFile

type pendingFile struct {
	*os.File
	final string
}

func (p *pending) create(final string) (*os.File, error) {
	f, err := os.CreateTemp(filepath.Dir(final), "."+filepath.Base(final)+".*")
	if err != nil {
		return nil, fmt.Errorf("creating %q: %w", final, err)
	}
	*p = append(*p, pendingFile{f, final})
	return f, nil
}

// publish gives the files their names.
func (p *pending) publish() error {
	for _, f := range *p {
		if err := errors.Join(f.Chmod(0o644), f.Close()); err != nil {
			return fmt.Errorf("completing %q: %w", f.final, err)
		}
	}
	for i, f := range *p {
		if err := os.Rename(f.Name(), f.final); err != nil {
			for _, done := range (*p)[:i] {
				os.Remove(done.final)
			}
			return fmt.Errorf("completing %q: %w", f.final, err)
		}
	}
	return nil
}

// discard removes what is left under a temporary name; errors are of no interest after the one that led here.
func (p *pending) discard() {
	for _, f := range *p {
		f.Close()
		os.Remove(f.Name())
	}
}
