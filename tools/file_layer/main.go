// SPDX-License-Identifier: Apache-2.0

// Command file_layer writes files, directories and symlinks into a layer.
package main

import (
	"context"
	"fmt"
	"io"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/layer"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

func main() { cli.Main("file_layer", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var out layer.Output
	var allow cli.Strings
	flags := cli.Flags("file_layer", stderr)
	file := flags.String("entries", "", "params `file` of what the layer holds (wire.Entry lines)")
	appDir := flags.String("app-dir", "", "`directory` of the image whose entries are an application's sources, which hold no secrets")
	flags.Var(&allow, "allow", "`path` relative to --app-dir that is wanted although it looks like a secret or debris (repeatable)")
	out.Flags(flags)
	if err := cli.Parse(flags, args, append([]string{"entries"}, layer.Required...)...); err != nil {
		return err
	}
	entries, err := wire.ReadLines[wire.Entry](*file)
	if err != nil {
		return fmt.Errorf("reading entries: %w", err)
	}
	if err := checkSources(entries, *appDir, allow); err != nil {
		return err
	}
	return out.Write(func(w *archive.Writer) error { return add(ctx, w, entries) })
}
