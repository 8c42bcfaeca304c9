// SPDX-License-Identifier: Apache-2.0

// Command inspect prints what an image is made of. It is what a node_image_inspect target runs.
package main

import (
	"context"
	"io"
	"os"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
)

func main() {
	cli.Main("inspect", func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
		return run(ctx, os.Args[0], args, stdout, stderr)
	})
}
