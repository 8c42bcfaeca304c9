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

// Derive returns the image's command: scripts.start, else main, else bin, else index.js. appDir is the application's directory in the
// image, relative to its root.
func Derive(m Manifest, tree Tree, appDir string) ([]string, error) {
	app := app{tree: tree, dir: appDir, manifest: m}
	switch {
	case m.started:
		return app.start()
	case m.Main != "":
		return []string{"."}, app.checkMain()
	case len(m.Bin) > 0:
		return app.bin()
	}
	if tree.file(path.Join(appDir, "index.js")) {
		return []string{"."}, nil
	}
	return nil, fmt.Errorf("%s has no scripts.start, main or bin, and the image has no /%s/index.js: expected one of them; add the file to srcs, or set cmd = [\"<file>\"] on the node_app_image",
		m.File, appDir)
}

// Check refuses an explicit command whose first word is plainly a file of the application that is not there. Other commands are the
// user's own responsibility.
func Check(cmd []string, tree Tree, appDir string) error {
	if len(cmd) == 0 || path.IsAbs(cmd[0]) || strings.HasPrefix(cmd[0], "-") {
		return nil
	}
	if !slices.Contains([]string{".js", ".mjs", ".cjs", ".ts"}, path.Ext(cmd[0])) {
		return nil
	}
	if tree.file(path.Join(appDir, cmd[0])) {
		return nil
	}
	return fmt.Errorf("cmd %q: the image has no file /%s: add it to srcs, or correct cmd on the node_app_image", cmd[0], path.Join(appDir, cmd[0]))
}

type app struct {
	tree     Tree
	dir      string
	manifest Manifest
}

// checkMain follows what `node .` does: it reads the package.json in the image and runs its main.
func (a app) checkMain() error {
	if !a.tree.file(path.Join(a.dir, "package.json")) {
		return fmt.Errorf("%s: main is %q, but the image has no /%s/package.json in which node would look it up: add package.json to srcs", a.manifest.File, a.manifest.Main, a.dir)
	}
	if a.tree.module(path.Join(a.dir, a.manifest.Main)) {
		return nil
	}
	return a.missing("main", a.manifest.Main)
}

func (a app) bin() ([]string, error) {
	file, ok := a.manifest.Bin[unscoped(a.manifest.Name)]
	if !ok && len(a.manifest.Bin) > 1 {
		names := slices.Sorted(maps.Keys(a.manifest.Bin))
		return nil, fmt.Errorf("%s: bin has several commands (%s) and none is named like the package %q: set cmd = [\"<file>\"] on the node_app_image",
			a.manifest.File, strings.Join(names, ", "), a.manifest.Name)
	}
	if !ok {
		for _, file = range a.manifest.Bin {
		}
	}
	if !a.runs(file) {
		return nil, a.missing("bin", file)
	}
	return []string{file}, nil
}

func (a app) start() ([]string, error) {
	arguments, err := splitScript(a.manifest.Start)
	if err != nil {
		return nil, a.shell(err)
	}
	for _, module := range preloads(arguments) {
		if !a.tree.module(a.abs(module)) {
			return nil, a.missing("scripts.start", module)
		}
	}
	file, ok := scriptFile(arguments)
	switch {
	case !ok:
		return arguments, nil
	case file == "":
		return nil, a.shell(fmt.Errorf("it names no file, and node would wait for one on its standard input"))
	case a.abs(file) == path.Clean(a.dir) && a.manifest.Main != "":
		return arguments, a.checkMain()
	case !a.runs(file):
		return nil, a.missing("scripts.start", file)
	}
	return arguments, nil
}

// runs says whether node finds a script. What a nested directory's package.json says is not known here, and taken for right.
func (a app) runs(file string) bool {
	at := a.abs(file)
	return a.tree.module(at) || at != path.Clean(a.dir) && a.tree.file(path.Join(at, "package.json"))
}

func (a app) abs(file string) string {
	if path.IsAbs(file) {
		return path.Clean(file)[1:]
	}
	return path.Join(a.dir, file)
}

func (a app) shell(reason error) error {
	return fmt.Errorf("%s: scripts.start is %q: %w; the image has no shell and no npm: set cmd = [\"<file>\", ...] (and env) on the node_app_image", a.manifest.File, a.manifest.Start, reason)
}

func (a app) missing(field, file string) error {
	return fmt.Errorf("%s: %s names %q, but the image has no such file at /%s (tried also .js, .json, .node and index.js): add it to srcs, or set cmd on the node_app_image",
		a.manifest.File, field, file, a.abs(file))
}
