// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/registry"
	"github.com/rules-node-image/rules_node_image/tools/internal/runconfig"
)

// config is what node_image_push writes.
type config struct {
	Image        runconfig.Path `json:"image"`
	Repositories []string       `json:"repositories"`
	// Tags may hold {KEY}, which comes from the Status files.
	Tags []string `json:"tags"`
	// TagFiles hold further tags, one per line.
	TagFiles []runconfig.Path `json:"tagFiles"`
	Status   []runconfig.Path `json:"status"`
	Insecure bool             `json:"insecure"`
}

func run(ctx context.Context, argv0 string, args []string, stdout, stderr io.Writer) error {
	var repositories, tags cli.Strings
	flags := cli.Flags("push", stderr)
	file := runconfig.Flag(flags, argv0)
	flags.Var(&repositories, "repository", "`repository` to push to, instead of the configured ones (repeatable)")
	flags.Var(&tags, "tag", "`tag` to set, besides the configured ones (repeatable)")
	dryRun := flags.Bool("dry-run", false, "check everything, say what would be pushed, send nothing")
	if err := cli.Parse(flags, args); err != nil {
		return err
	}
	c, err := runconfig.Read[config](*file, argv0)
	if err != nil {
		return err
	}
	if len(repositories) > 0 {
		c.Repositories = repositories
	}
	c.Tags = append(c.Tags, tags...)
	targets, err := c.targets()
	if err != nil {
		return err
	}
	image, err := oci.Open(string(c.Image))
	if err != nil {
		return err
	}
	if *dryRun {
		describe(image, targets, stdout, stderr)
		return nil
	}
	pushed, err := registry.NewPusher(stderr).Push(ctx, image, targets)
	for _, line := range pushed {
		fmt.Fprintln(stdout, line)
	}
	return err
}

// targets checks all names before anything is sent.
func (c config) targets() ([]registry.Target, error) {
	if len(c.Repositories) == 0 {
		return nil, errors.New("no repository is configured: give --repository=registry.example/team/app")
	}
	tags, err := c.allTags()
	if err != nil {
		return nil, err
	}
	var targets []registry.Target
	for _, repository := range c.Repositories {
		target, err := registry.ParseTarget(repository, tags, c.Insecure)
		if err != nil {
			return nil, err
		}
		targets = append(targets, target)
	}
	return targets, nil
}

func (c config) allTags() ([]string, error) {
	texts := slices.Clone(c.Tags)
	for _, file := range c.TagFiles {
		data, err := os.ReadFile(string(file))
		if err != nil {
			return nil, fmt.Errorf("reading tags: %w", err)
		}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line != "" {
				texts = append(texts, line)
			}
		}
	}
	return oci.ExpandTags(texts, c.Status)
}

// describe is what a dry run does instead of pushing.
func describe(image *oci.Image, targets []registry.Target, stdout, stderr io.Writer) {
	for _, target := range targets {
		names := "by digest"
		if len(target.Tags) > 0 {
			names = "as " + strings.Join(target.Tags, ", ")
		}
		fmt.Fprintf(stderr, "would push to %s %s, %d layers, %s\n", target.Shown(), names, len(image.Manifest.Layers), scheme(target))
		fmt.Fprintf(stdout, "%s@%s\n", target.Shown(), image.Digest)
	}
}

func scheme(target registry.Target) string {
	if target.Insecure {
		return "by plain http"
	}
	return "by https"
}
