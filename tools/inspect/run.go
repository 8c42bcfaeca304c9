// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/runconfig"
)

// config is what node_image_inspect writes.
type config struct {
	Image runconfig.Path `json:"image"`
	// Label of the image's target.
	Label string `json:"label"`
}

func run(_ context.Context, argv0 string, args []string, stdout, stderr io.Writer) error {
	flags := cli.Flags("inspect", stderr)
	file := runconfig.Flag(flags, argv0)
	format := flags.String("format", "text", "`text or json`")
	if err := cli.Parse(flags, args); err != nil {
		return err
	}
	if *format != "text" && *format != "json" {
		return cli.Usage("--format=%s: expected text or json", *format)
	}
	c, err := runconfig.Read[config](*file, argv0)
	if err != nil {
		return err
	}
	image, err := oci.Open(string(c.Image))
	if err != nil {
		return err
	}
	s := summarize(c.Label, image)
	// Runfiles are links; what people want is the place to which other tools can be pointed.
	if s.Layout, err = filepath.EvalSymlinks(image.Dir); err != nil {
		return fmt.Errorf("finding layout %q: %w", image.Dir, err)
	}
	if *format == "json" {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(s)
	}
	return s.print(stdout)
}
