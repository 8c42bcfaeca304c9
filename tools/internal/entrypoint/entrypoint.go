// SPDX-License-Identifier: Apache-2.0

// Package entrypoint derives what node is given to run from an application's package.json, and checks that it is in the image.
//
// It exists because a distroless image has no shell and no npm: what `npm start` does by a shell must be an argument vector, known when
// the image is made. Scripts that need a shell are refused. prestart and poststart are npm's own steps and are not considered: what
// they prepare belongs into the build.
package entrypoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// Manifest is the part of a package.json that says how the package is started.
// https://docs.npmjs.com/cli/configuring-npm/package-json
type Manifest struct {
	// File is where it was read from, for errors.
	File    string
	Name    string
	Main    string
	Start   string
	started bool
	// Bin maps command names to files. A single unnamed command has the package's name.
	Bin map[string]string
	// Required are the names of the packages that must be installed, sorted: dependencies that are not optional.
	Required []string
}

// ReadManifest reads a package.json. Fields that do not say how to start are not looked at.
func ReadManifest(file string) (Manifest, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Manifest{}, err
	}
	var raw struct {
		Name    string
		Main    *string
		Scripts map[string]string
		Bin     json.RawMessage

		Dependencies, OptionalDependencies map[string]json.RawMessage
	}
	// npm, too, skips a byte order mark.
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &raw); err != nil {
		return Manifest{}, fmt.Errorf("parsing %q: %w", file, err)
	}
	m := Manifest{File: file, Name: raw.Name}
	if raw.Main != nil {
		m.Main = *raw.Main
	}
	m.Start, m.started = raw.Scripts["start"]
	if m.Bin, err = parseBin(raw.Name, raw.Bin); err != nil {
		return Manifest{}, fmt.Errorf("parsing %q: %w", file, err)
	}
	for name := range raw.Dependencies {
		if _, optional := raw.OptionalDependencies[name]; !optional {
			m.Required = append(m.Required, name)
		}
	}
	slices.Sort(m.Required)
	return m, nil
}

func parseBin(name string, raw json.RawMessage) (map[string]string, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var file string
	if json.Unmarshal(raw, &file) == nil {
		return map[string]string{unscoped(name): file}, nil
	}
	var files map[string]string
	if err := json.Unmarshal(raw, &files); err != nil {
		return nil, fmt.Errorf("bin %s: expected a file name, or an object of command names and file names", raw)
	}
	return files, nil
}

func unscoped(name string) string { return path.Base("/" + name) }

// App is an application in an image.
type App struct {
	Tree Tree
	// Dir is the application's directory in the image, relative to its root.
	Dir string
	// Workdir is the image's working directory, against which node resolves what it is given. Empty: the root.
	Workdir string
}

// Derive returns the image's command: scripts.start, else main, else bin, else index.js. Where m is nil, for there is no package.json,
// it is what node finds in the application's directory. File names are absolute where node would not find them from the Workdir.
func (a App) Derive(m *Manifest) ([]string, error) {
	var cmd []string
	var err error
	if m == nil {
		cmd, err = a.directory()
	} else {
		cmd, err = derivation{a, *m}.command()
	}
	if err != nil || a.workdir() == path.Clean(a.Dir) {
		return cmd, err
	}
	return a.absolute(m, cmd)
}

// directory is the command where there is no package.json to follow.
func (a App) directory() ([]string, error) {
	if a.Tree.index(a.Dir) || a.Tree.file(path.Join(a.Dir, "package.json")) {
		return []string{"."}, nil
	}
	return nil, fmt.Errorf("no entry point: found neither package.json nor index.js in the image's /%s; add one to srcs, or set cmd = [...] on the node_app_image", a.Dir)
}

// derivation follows an application's package.json.
type derivation struct {
	App
	manifest Manifest
}

func (d derivation) command() ([]string, error) {
	switch {
	case d.manifest.started:
		return d.start()
	case d.manifest.Main != "":
		return []string{"."}, d.checkMain()
	case len(d.manifest.Bin) > 0:
		return d.bin()
	case d.Tree.index(d.Dir):
		return []string{"."}, nil
	}
	return nil, fmt.Errorf("%s has no scripts.start, main or bin, and the image has no /%s/index.js: expected one of them; add the file to srcs, or set cmd = [\"<file>\"] on the node_app_image",
		d.manifest.File, d.Dir)
}

// checkMain follows what `node .` does: it reads the package.json in the image and runs its main.
func (d derivation) checkMain() error {
	if !d.Tree.file(path.Join(d.Dir, "package.json")) {
		return fmt.Errorf("%s: main is %q, but the image has no /%s/package.json in which node would look it up: add package.json to srcs", d.manifest.File, d.manifest.Main, d.Dir)
	}
	if d.Tree.module(path.Join(d.Dir, d.manifest.Main)) {
		return nil
	}
	return d.missing("main", d.manifest.Main)
}

func (d derivation) bin() ([]string, error) {
	file, ok := d.manifest.Bin[unscoped(d.manifest.Name)]
	if !ok && len(d.manifest.Bin) > 1 {
		names := slices.Sorted(maps.Keys(d.manifest.Bin))
		return nil, fmt.Errorf("%s: bin has several commands (%s) and none is named like the package %q: set cmd = [\"<file>\"] on the node_app_image",
			d.manifest.File, strings.Join(names, ", "), d.manifest.Name)
	}
	if !ok {
		for _, file = range d.manifest.Bin {
		}
	}
	if !d.runs(file) {
		return nil, d.missing("bin", file)
	}
	return []string{file}, nil
}

func (d derivation) start() ([]string, error) {
	words, err := splitScript(d.manifest.Start)
	if err != nil {
		return nil, d.shell(err)
	}
	c := parse(words)
	for _, module := range c.preloads() {
		if isPath(module) && !d.Tree.module(d.abs(module)) {
			return nil, d.missing("scripts.start", module)
		}
	}
	switch {
	case c.opens == elsewhere:
		return words, nil
	case c.opens != script:
		return nil, d.shell(errors.New("it names no file, and node would wait for one on its standard input"))
	case d.abs(c.script()) == path.Clean(d.Dir) && d.manifest.Main != "":
		return words, d.checkMain()
	case !d.runs(c.script()):
		return nil, d.missing("scripts.start", c.script())
	}
	return words, nil
}

// runs says whether node finds a script. What a nested directory's package.json says is not known here, and taken for right.
func (d derivation) runs(file string) bool {
	at := d.abs(file)
	return d.Tree.module(at) || at != path.Clean(d.Dir) && d.Tree.file(path.Join(at, "package.json"))
}

func (d derivation) abs(file string) string { return resolve(d.Dir, file) }

func (d derivation) shell(reason error) error {
	return fmt.Errorf("%s: scripts.start is %q: %w; the image has no shell and no npm: set cmd = [\"<file>\", ...] (and env) on the node_app_image", d.manifest.File, d.manifest.Start, reason)
}

func (d derivation) missing(field, file string) error {
	return fmt.Errorf("%s: %s names %q, but the image has no such file at /%s (tried also .js, .json, .node and index.js): add it to srcs, or set cmd on the node_app_image",
		d.manifest.File, field, file, d.abs(file))
}
