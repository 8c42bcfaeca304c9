// SPDX-License-Identifier: Apache-2.0

// Package layer is the outside of every tool that writes a layer: the flags, and the three files that come out whole or not at
// all. What goes into the layer is the tool's business.
package layer

import (
	"flag"
	"fmt"
	"os"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
	"github.com/rules-node-image/rules_node_image/tools/internal/outfile"
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
func (o *Output) Write(fill func(*archive.Writer) error) error {
	compression, err := archive.ParseCompression(o.Compression)
	if err != nil {
		return fmt.Errorf("reading --compression: %w", err)
	}
	var files outfile.Set
	defer files.Discard()
	blob, err := files.Create(o.Blob)
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
	return files.Publish()
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

func (o *Output) describe(files *outfile.Set, layer archive.Layer) error {
	meta, err := files.Create(o.Meta)
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
	listing, err := files.Create(o.Listing)
	if err != nil {
		return err
	}
	return archive.WriteListing(listing, layer.Entries)
}
