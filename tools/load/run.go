// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/outfile"
	"github.com/rules-node-image/rules_node_image/tools/internal/runconfig"
)

// config is what node_image_load writes.
type config struct {
	Image runconfig.Path `json:"image"`
	// Tags are references such as "app:latest". They may hold {KEY}, which comes from the Status files.
	Tags   []string         `json:"tags"`
	Status []runconfig.Path `json:"status"`
	// Runtime is a program, by name or path. Empty: the first of runtimes that is on PATH.
	Runtime string `json:"runtime"`
}

// runtimes are the programs that know `load`, in the order in which they are looked for.
var runtimes = []string{"docker", "podman", "nerdctl"}

func run(ctx context.Context, argv0 string, args []string, stdout, stderr io.Writer) error {
	flags := cli.Flags("load", stderr)
	file := runconfig.Flag(flags, argv0)
	runtime := flags.String("runtime", "", "`program` to load with, docker, podman, nerdctl or a path, instead of the configured one")
	output := flags.String("output", "", "`file` to write the archive to instead of loading it")
	if err := cli.Parse(flags, args); err != nil {
		return err
	}
	c, err := runconfig.Read[config](*file, argv0)
	if err != nil {
		return err
	}
	if *runtime != "" {
		c.Runtime = *runtime
	}
	references, err := c.references()
	if err != nil {
		return err
	}
	image, err := oci.Open(string(c.Image))
	if err != nil {
		return err
	}
	if *output != "" {
		return save(ctx, inWorkingDirectory(*output), image, references, stdout)
	}
	program, err := find(c.Runtime)
	if err != nil {
		return err
	}
	if err := load(ctx, program, image, references, stderr); err != nil {
		return err
	}
	for _, reference := range references {
		fmt.Fprintln(stdout, reference.Text)
	}
	return nil
}

func (c config) references() ([]oci.Reference, error) {
	if len(c.Tags) == 0 {
		return nil, errors.New("no name is configured under which to load the image: expected one such as \"app:latest\"")
	}
	texts, err := oci.ExpandTags(c.Tags, c.Status)
	if err != nil {
		return nil, err
	}
	var references []oci.Reference
	for _, text := range texts {
		reference, err := oci.ParseReference(text)
		if err != nil {
			return nil, err
		}
		references = append(references, reference)
	}
	return references, nil
}

// inWorkingDirectory resolves a path against the directory in which the user called `bazel run`, which is not the tool's own.
func inWorkingDirectory(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(os.Getenv("BUILD_WORKING_DIRECTORY"), file)
}

// save writes the archive to a file.
func save(ctx context.Context, file string, image *oci.Image, references []oci.Reference, stdout io.Writer) error {
	err := outfile.Write(file, func(w io.Writer) error { return oci.WriteArchive(ctx, w, image, references) })
	if err == nil {
		fmt.Fprintln(stdout, file)
	}
	return err
}

// find returns the runtime's program.
func find(wanted string) (string, error) {
	candidates := runtimes
	if wanted != "" {
		candidates = []string{wanted}
	}
	for _, name := range candidates {
		if program, err := exec.LookPath(name); err == nil {
			return program, nil
		}
	}
	return "", fmt.Errorf("no container runtime: looked for %s in PATH=%s; install one of %s, name one by --runtime=<program>, or write an archive by --output=<file>",
		strings.Join(candidates, ", "), os.Getenv("PATH"), strings.Join(runtimes, ", "))
}

// load streams the archive into `<runtime> load`. What the runtime says goes to stderr: stdout is for the references.
func load(ctx context.Context, program string, image *oci.Image, references []oci.Reference, stderr io.Writer) error {
	command := exec.CommandContext(ctx, program, "load")
	var said bytes.Buffer
	// One writer for both: os/exec then writes from one goroutine.
	both := io.MultiWriter(stderr, &said)
	command.Stdout, command.Stderr = both, both
	input, err := command.StdinPipe()
	if err != nil {
		return fmt.Errorf("starting %s load: %w", program, err)
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("starting %s load: %w", program, err)
	}
	written := errors.Join(oci.WriteArchive(ctx, input, image, references), input.Close())
	if err := command.Wait(); err != nil {
		// The runtime's own words say more than the broken pipe that follows from them.
		return fmt.Errorf("running %s load: %w: %s", program, err, strings.TrimSpace(said.String()))
	}
	if written != nil {
		return fmt.Errorf("streaming the image to %s load: %w", program, written)
	}
	return nil
}
