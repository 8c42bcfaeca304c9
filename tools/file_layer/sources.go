// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

// An error names at most this many paths.
const namedPaths = 10

// checkSources refuses an application's files that hold secrets as a rule, or that another layer makes, unless they are allowed
// by name. Everything is allowed outside appDir, and if appDir is "".
func checkSources(entries []wire.Entry, appDir string, allow []string) error {
	if appDir == "" && len(allow) > 0 {
		return fmt.Errorf("reading --allow=%s: it is relative to --app-dir, which is not set", allow[0])
	}
	if appDir == "" {
		return nil
	}
	used := map[string]bool{}
	offending := map[string]bool{}
	for _, e := range entries {
		relative, ok := strings.CutPrefix(e.Path, strings.TrimSuffix(appDir, "/")+"/")
		if !ok {
			continue
		}
		for _, suspect := range suspects(relative) {
			if !allowed(allow, suspect, relative, used) {
				offending[suspect] = true
			}
		}
	}
	if len(offending) > 0 {
		return refusal(offending)
	}
	for _, name := range allow {
		if !used[name] {
			return fmt.Errorf("reading --allow=%s: no file needs it; take %q out of allow_srcs on node_app_image", name, name)
		}
	}
	return nil
}

// suspects returns the parts of a path, from its beginning, that end in a name no image should have.
func suspects(relative string) []string {
	var found []string
	for i, segment := range strings.Split(relative, "/") {
		if unwanted(segment) {
			found = append(found, strings.Join(strings.Split(relative, "/")[:i+1], "/"))
		}
	}
	return found
}

func unwanted(segment string) bool {
	switch segment {
	case ".env.example", ".env.sample", ".env.template":
		return false
	case ".npmrc", ".env", ".git", "node_modules":
		return true
	}
	return strings.HasPrefix(segment, ".env.")
}

// allowed reports whether suspect, a part of the path relative, is allowed: by its own name or by the whole path's. It notes in
// used which names had a say.
func allowed(allow []string, suspect, relative string, used map[string]bool) bool {
	found := false
	for _, name := range allow {
		if clean := path.Clean(name); clean == suspect || clean == relative {
			used[name], found = true, true
		}
	}
	return found
}

func refusal(offending map[string]bool) error {
	var paths []string
	for p := range offending {
		paths = append(paths, fmt.Sprintf("%q", p))
	}
	slices.Sort(paths)
	more := ""
	if n := len(paths) - namedPaths; n > 0 {
		paths, more = paths[:namedPaths], fmt.Sprintf(" and %d more", n)
	}
	return fmt.Errorf("checking the application's files: %s%s should not be in an image, as such files hold secrets or belong to the "+
		"machine that builds; take them out of srcs, or set allow_srcs = [%s] on node_app_image if they are wanted",
		strings.Join(paths, ", "), more, strings.Join(paths, ", "))
}
