// SPDX-License-Identifier: Apache-2.0

// Command npmdiff compares a layer of npm packages with the tree that npm itself makes, file by file. It is for developers: it
// needs npm on the PATH and a registry.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
)

func main() { cli.Main("npmdiff", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := cli.Flags("npmdiff", stderr)
	project := flags.String("project", "", "`folder` with package.json and package-lock.json")
	layer := flags.String("layer", "", "layer blob `file` to compare; none: only write the golden file")
	root := flags.String("root", "usr/src/app", "`directory` of the layer that node_modules stands in")
	golden := flags.String("write-golden", "", "`file` to write npm's tree to, in the format of a layer's listing")
	var npm npm
	flags.StringVar(&npm.os, "os", "", "the target's `operating system`, as npm calls it")
	flags.StringVar(&npm.cpu, "cpu", "", "the target's `processor`, as npm calls it")
	flags.StringVar(&npm.libc, "libc", "", "the target's `C library`: musl or glibc")
	if err := cli.Parse(flags, args, "project"); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "npmdiff")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	if err := npm.install(ctx, *project, scratch, stderr); err != nil {
		return fmt.Errorf("installing %q by npm: %w", *project, err)
	}
	return compareTrees(scratch, *root, *layer, *golden, stdout)
}
