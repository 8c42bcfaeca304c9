// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/outfile"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

// options are the flags as they come.
type options struct {
	output, digest, base, layers    string
	os, architecture, variant       string
	createdBy, created              string
	entrypoint, cmd                 cli.Strings
	env, labels, annotations, ports cli.Strings
	user, workdir, stopSignal       string
	stamp                           bool
	status                          cli.Strings
	packageJSON, appDir             string
	npmPackages                     bool
}

func (o *options) register(flags *flag.FlagSet) {
	flags.StringVar(&o.output, "output", "", "directory to write the OCI image layout to, empty or absent")
	flags.StringVar(&o.digest, "digest", "", "file to write the manifest's digest to")
	flags.StringVar(&o.base, "base", "", "OCI image layout directory of the base image")
	flags.StringVar(&o.layers, "layers", "", "params file of the layers, the lowest first")
	flags.StringVar(&o.os, "os", "", "operating system: linux")
	flags.StringVar(&o.architecture, "architecture", "", "architecture by Go's names, such as amd64, arm64")
	flags.StringVar(&o.variant, "variant", "", "variant of the architecture")
	flags.StringVar(&o.createdBy, "created-by", "", "label of the target that makes the image, for its history")
	flags.Var(&o.entrypoint, "entrypoint", "a word of the entrypoint; resets the base's command (repeatable)")
	flags.Var(&o.cmd, "cmd", "a word of the command (repeatable)")
	flags.Var(&o.env, "env", "environment variable KEY=value, over the base's (repeatable)")
	flags.Var(&o.labels, "label", "label KEY=value, over the base's; {KEY} is replaced (repeatable)")
	flags.Var(&o.annotations, "annotation", "annotation KEY=value of the manifest; {KEY} is replaced (repeatable)")
	flags.Var(&o.ports, "exposed-port", "port that the image listens on: 8080, 8080/tcp, 53/udp (repeatable)")
	flags.StringVar(&o.user, "user", "", "user, uid:gid or names; default the base's")
	flags.StringVar(&o.workdir, "workdir", "", "absolute working directory; default the base's")
	flags.StringVar(&o.stopSignal, "stop-signal", "", "signal that stops the program; default the base's")
	flags.StringVar(&o.created, "created", "", "RFC 3339 or {KEY}; default, and unstamped {KEY}: the epoch")
	flags.BoolVar(&o.stamp, "stamp", false, "replace {KEY} from the status files; else drop what has one")
	flags.Var(&o.status, "status", "workspace status file (repeatable)")
	flags.StringVar(&o.packageJSON, "package-json", "", "package.json from which to derive the command if none is given and the entrypoint is node")
	flags.StringVar(&o.appDir, "app-dir", "", "the application's directory in the image, to derive and check the command")
	flags.BoolVar(&o.npmPackages, "npm-packages", false, "the image has npm packages: all dependencies of --package-json must be there")
}

func run(ctx context.Context, args []string, _, stderr io.Writer) error {
	var o options
	flags := cli.Flags("image", stderr)
	o.register(flags)
	if err := cli.Parse(flags, args, "output", "digest", "os", "architecture", "created-by"); err != nil {
		return err
	}
	if o.appDir == "" && o.packageJSON != "" {
		return cli.Usage("--package-json needs --app-dir")
	}
	if o.appDir == "" && o.npmPackages {
		return cli.Usage("--npm-packages needs --app-dir")
	}
	settings, err := o.settings()
	if err != nil {
		return err
	}
	layers, err := o.layerFiles()
	if err != nil {
		return err
	}
	var base *oci.Image
	if o.base != "" {
		if base, err = oci.OpenPlatform(o.base, settings.Platform); err != nil {
			return fmt.Errorf("base image: %w", err)
		}
	}
	if o.appDir != "" {
		if err := o.application(&settings, base, layers); err != nil {
			return err
		}
	}
	digest, err := oci.Assemble(ctx, o.output, base, layers, settings)
	if err != nil {
		return err
	}
	err = outfile.Write(o.digest, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, digest)
		return err
	})
	if err != nil {
		return errors.Join(fmt.Errorf("writing digest: %w", err), os.RemoveAll(o.output))
	}
	return nil
}

func (o *options) layerFiles() ([]wire.LayerFile, error) {
	if o.layers == "" {
		return nil, nil
	}
	return wire.ReadLines[wire.LayerFile](o.layers)
}

// settings checks every value; the first that is wrong is the error.
func (o *options) settings() (oci.Settings, error) {
	s := oci.Settings{
		CreatedBy: o.createdBy, Entrypoint: o.entrypoint, Cmd: o.cmd,
		User: o.user, Workdir: o.workdir, StopSignal: o.stopSignal,
	}
	var platform, env, ports error
	s.Platform, platform = oci.ParsePlatform(o.os, o.architecture, o.variant)
	s.Env, env = oci.ParsePairs("env", o.env)
	s.Ports, ports = oci.ParsePorts(o.ports)
	for _, err := range []error{
		platform, env, ports,
		oci.CheckUser(o.user), oci.CheckWorkdir(o.workdir), oci.CheckStopSignal(o.stopSignal),
		oci.CheckArguments("entrypoint", o.entrypoint), oci.CheckArguments("cmd", o.cmd),
		o.stamped(&s),
	} {
		if err != nil {
			return oci.Settings{}, err
		}
	}
	return s, nil
}

// stamped fills in what may hold placeholders.
func (o *options) stamped(s *oci.Settings) error {
	var status oci.Status
	var err error
	if o.stamp {
		if status, err = oci.ReadStatus(o.status); err != nil {
			return err
		}
	}
	if s.Created, err = status.Created(o.created); err != nil {
		return err
	}
	for _, kind := range []struct {
		name  string
		texts []string
		to    *[]oci.Pair
	}{{"label", o.labels, &s.Labels}, {"annotation", o.annotations, &s.Annotations}} {
		pairs, err := oci.ParsePairs(kind.name, kind.texts)
		if err != nil {
			return err
		}
		if *kind.to, err = status.Pairs(kind.name, pairs); err != nil {
			return err
		}
	}
	return nil
}
