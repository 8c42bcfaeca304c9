// SPDX-License-Identifier: Apache-2.0

// Package runconfig tells a tool that is started by `bazel run` or `bazel test` what to do.
//
// It exists so that no shell script has to pass flags: the target's executable is a link to the tool, and beside the link, as
// <target>.json, lies the configuration. Files are named in it by their paths in the runfiles tree.
package runconfig

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"

	"github.com/rules-node-image/rules_node_image/tools/internal/wire"

	"github.com/bazelbuild/rules_go/go/runfiles"
)

// Path is a field of a configuration that names a file. Written by Starlark it is an rlocation path, "_main/app/image"; a tool gets
// the file's path in the file system. An absolute path stays what it is.
type Path string

// Flag adds the flag --config. Its default is the file beside the program that was started as argv0.
func Flag(flags *flag.FlagSet, argv0 string) *string {
	return flags.String("config", program(argv0)+".json", "configuration `file`")
}

// Read reads the configuration in file for the program that was started as argv0, and resolves its fields of type Path and []Path.
func Read[T any](file, argv0 string) (T, error) {
	config, err := wire.ReadFile[T](file)
	if err != nil {
		return config, fmt.Errorf("reading what to do: %w; start the target by `bazel run`, or give --config=<file>", err)
	}
	for _, path := range paths(reflect.ValueOf(&config).Elem()) {
		if err := resolve(path, program(argv0)); err != nil {
			return config, fmt.Errorf("finding runfile %q named in %q: %w", *path, file, err)
		}
	}
	return config, nil
}

// program is the path of what was started as argv0, possibly by way of PATH.
func program(argv0 string) string {
	if filepath.Base(argv0) != argv0 {
		return argv0
	}
	if found, err := exec.LookPath(argv0); err == nil {
		return found
	}
	return argv0
}

// paths returns the fields of a configuration that name files.
func paths(config reflect.Value) []*Path {
	var found []*Path
	if config.Kind() != reflect.Struct {
		return nil
	}
	for i := range config.NumField() {
		switch field := config.Field(i).Addr().Interface().(type) {
		case *Path:
			found = append(found, field)
		case *[]Path:
			for j := range *field {
				found = append(found, &(*field)[j])
			}
		}
	}
	return found
}

func resolve(path *Path, program string) error {
	name := string(*path)
	if name == "" || filepath.IsAbs(name) {
		return nil
	}
	// Starlark writes canonical repository names: there is nothing to map, and the name of the calling repository is of no interest.
	tree, err := runfiles.New(runfiles.ProgramName(program), runfiles.SourceRepo(""))
	if err != nil {
		return err
	}
	found, err := tree.Rlocation(name)
	if err != nil {
		return err
	}
	if _, err := os.Stat(found); err != nil {
		return err
	}
	*path = Path(found)
	return nil
}
