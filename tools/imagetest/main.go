// SPDX-License-Identifier: Apache-2.0

// Imagetest is the program of node_image_test: it runs an image from its own layers, without a container engine, and checks what it
// does. Package sandbox says what the image's process sees, package rootfs what its files look like.
package main

import (
	"context"
	"io"
	"os"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/runconfig"
	"github.com/rules-node-image/rules_node_image/tools/internal/sandbox"
)

func main() {
	sandbox.Init()
	cli.Main("imagetest", run)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := cli.Flags("imagetest", stderr)
	file := runconfig.Flag(flags, os.Args[0])
	if err := cli.Parse(flags, args); err != nil {
		return err
	}
	config, err := runconfig.Read[Config](*file, os.Args[0])
	if err != nil {
		return err
	}
	// The two variables are Bazel's: https://bazel.build/reference/test-encyclopedia#initial-conditions
	return test(ctx, *file, config, Places{Scratch: os.Getenv("TEST_TMPDIR"), XML: os.Getenv("XML_OUTPUT_FILE")}, stdout)
}
