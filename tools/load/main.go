// SPDX-License-Identifier: Apache-2.0

// Command load hands an image to the container runtime of this machine. It is what a node_image_load target runs.
package main

import (
	"context"
	"io"
	"os"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
)

func main() {
	cli.Main("load", func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
		return run(ctx, os.Args[0], args, stdout, stderr)
	})
}
