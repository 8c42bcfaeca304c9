// SPDX-License-Identifier: Apache-2.0

package entrypoint

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// IsNode says whether an entrypoint starts node and leaves it to the command what node runs.
func IsNode(entrypoint []string) bool {
	return len(entrypoint) > 0 && path.Base(entrypoint[0]) == "node" && parse(entrypoint[1:]).opens == unnamed
}

// Check refuses a command for an entrypoint that IsNode if the script it names is in the application's directory and not there.
// Files elsewhere may be the base's, which is not known here.
func (a App) Check(entrypoint, cmd []string) error {
	if len(cmd) > 0 && cmd[0] == "node" {
		return fmt.Errorf("cmd %q: the entrypoint %q is node already: drop the word from cmd on the node_app_image", cmd[0], entrypoint[0])
	}
	c := parse(slices.Concat(entrypoint[1:], cmd))
	if c.opens != script {
		return nil
	}
	at := resolve(a.Workdir, c.script())
	if !below(at, a.Dir) || a.Tree.module(at) || a.Tree.file(path.Join(at, "package.json")) {
		return nil
	}
	return fmt.Errorf("cmd %q: the image has no such file at /%s (tried also .js, .json, .node and index.js): add it to srcs, or correct cmd on the node_app_image",
		c.script(), at)
}

// namedPackages is how many packages an error names at most.
const namedPackages = 10

// CheckInstalled refuses a package.json with dependencies that are not among the application's packages.
func (a App) CheckInstalled(m Manifest) error {
	var missing []string
	for _, name := range m.Required {
		if !a.Tree.installed(path.Join(a.Dir, "node_modules", name)) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	pronoun, more := "it", ""
	if len(missing) > 1 {
		pronoun = "them"
	}
	if n := len(missing) - namedPackages; n > 0 {
		missing, more = missing[:namedPackages], fmt.Sprintf(" and %d more", n)
	}
	return fmt.Errorf("%s names %s%s in dependencies, but the lockfile's packages do not include %s: run npm install and commit package-lock.json",
		m.File, strings.Join(missing, ", "), more, pronoun)
}
