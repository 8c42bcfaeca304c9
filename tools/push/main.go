// SPDX-License-Identifier: Apache-2.0

// Command push sends an image to registries. It is what a node_image_push target runs.
package main

import (
	"context"
	"io"
	"os"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
)

func main() {
	cli.Main("push", func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
		return run(ctx, os.Args[0], args, stdout, stderr)
	})
}
