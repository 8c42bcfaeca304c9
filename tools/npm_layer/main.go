// SPDX-License-Identifier: Apache-2.0

// Command npm_layer streams the packages of an install plan into a layer.
package main

import (
	"context"
	"io"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/layer"
	"github.com/rules-node-image/rules_node_image/tools/internal/npm"
)

func main() { cli.Main("npm_layer", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var out layer.Output
	flags := cli.Flags("npm_layer", stderr)
	planFile := flags.String("plan", "", "params `file` of the packages and their places (wire.Package lines)")
	tarballs := flags.String("tarballs", "", "params `file` of the packages' tarballs (wire.Tarball lines)")
	root := flags.String("root", "", "`directory` of the image that node_modules stands in: usr/src/app")
	out.Flags(flags)
	if err := cli.Parse(flags, args, append([]string{"plan", "tarballs", "root"}, layer.Required...)...); err != nil {
		return err
	}
	plan, err := npm.Load(*planFile, *tarballs)
	if err != nil {
		return err
	}
	return out.Write(func(w *archive.Writer) error { return plan.Write(ctx, w, *root) })
}
