// SPDX-License-Identifier: Apache-2.0

// Command docs writes docs/rules.md from the docstrings of the public Starlark files, as Bazel's starlark_doc_extract reads them.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/outfile"
)

const header = `# Rules and module extensions

<!-- Written by "tools/dev/fix" from the docstrings. Do not edit. -->

`

func main() { cli.Main("docs", run) }

func run(_ context.Context, args []string, _, stderr io.Writer) error {
	flags := cli.Flags("docs", stderr)
	output := flags.String("output", "", "the Markdown file to write")
	var modules cli.Strings
	flags.Var(&modules, "module", "a .binaryproto of starlark_doc_extract; may be repeated, in the order of the document")
	if err := cli.Parse(flags, args, "output", "module"); err != nil {
		return err
	}
	text, err := document(modules)
	if err != nil {
		return err
	}
	return outfile.Write(*output, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

func document(modules []string) (string, error) {
	var b strings.Builder
	b.WriteString(header)
	for _, path := range modules {
		data, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		module, err := parseModule(data)
		if err != nil {
			return "", fmt.Errorf("parsing documentation %q: %w", path, err)
		}
		module.write(&b)
	}
	return b.String(), nil
}
