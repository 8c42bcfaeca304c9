// SPDX-License-Identifier: Apache-2.0

package entrypoint

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// resolve makes a file name relative to the image's root. A relative one is below dir.
func resolve(dir, file string) string {
	if !path.IsAbs(file) {
		file = path.Join("/", dir, file)
	}
	return strings.TrimPrefix(path.Clean(file), "/")
}

// below says whether name is in the directory dir, at any depth. Nothing is below itself.
func below(name, dir string) bool { return strings.HasPrefix(name, path.Clean(dir)+"/") }

// workdir is relative to the image's root, as Dir is.
func (a App) workdir() string { return resolve("", a.Workdir) }

// absolute rewrites a command that is right in the application's directory, so that it is right in any.
func (a App) absolute(m *Manifest, words []string) ([]string, error) {
	c := parse(words)
	words = slices.Clone(words)
	for _, o := range c.options {
		preloaded := slices.Contains(preloading, o.name)
		switch {
		case preloaded && !isPath(o.value):
			// A URL, or node's own module, is the same everywhere; from below the application, node finds its packages.
			if !strings.Contains(o.value, ":") && !below(a.workdir(), a.Dir) {
				return nil, fmt.Errorf("%s: scripts.start names the package %q, which node looks up from the working directory /%s and not from /%s: "+
					"set cmd = [...] on the node_app_image, or leave workdir out", m.File, o.value, a.workdir(), a.Dir)
			}
			continue
		case !preloaded && !slices.Contains(files, o.name):
			continue
		}
		words[o.at] = "/" + resolve(a.Dir, o.value)
		if o.joined {
			words[o.at] = o.name + "=" + words[o.at]
		}
	}
	if c.opens == script {
		words[c.at] = "/" + resolve(a.Dir, c.script())
	}
	return words, nil
}
