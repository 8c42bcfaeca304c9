// SPDX-License-Identifier: Apache-2.0

package rootfs

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Glob returns the sorted paths that match pattern: "*" and "?" stand for characters of one name, "**" for any number of
// directories. Brackets stand for themselves, since JavaScript projects have files like "[id].js". The pattern must start with
// "/" or "**/". Symlinks to directories are followed where the pattern names them, so that "/bin/sh" finds "/usr/bin/sh" in
// an image whose /bin is a link, but "**" enters real directories only.
func (t *Tree) Glob(pattern string) ([]string, error) {
	if err := CheckPattern(pattern); err != nil {
		return nil, err
	}
	found := map[string]bool{}
	t.expand(t.root, split(pattern), found)
	paths := make([]string, 0, len(found))
	for p := range found {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths, nil
}

// CheckPattern says what is wrong with a pattern.
func CheckPattern(pattern string) error {
	if !strings.HasPrefix(pattern, "/") && !strings.HasPrefix(pattern, "**/") {
		return fmt.Errorf("reading pattern %q: found a relative path, expected one that starts with \"/\" or \"**/\"", pattern)
	}
	if segments := split(pattern); len(segments) == 0 || slices.Contains(segments, "..") {
		return fmt.Errorf("reading pattern %q: found no name or \"..\", expected the path of something in the image", pattern)
	}
	return nil
}

func (t *Tree) expand(dir *Entry, segments []string, found map[string]bool) {
	first, rest := segments[0], segments[1:]
	if first == "**" {
		t.expandAny(dir, rest, found)
		return
	}
	for _, name := range dir.names() {
		if !matches(first, name) {
			continue
		}
		child := dir.children[name]
		if len(rest) == 0 {
			found[child.Path] = true
			continue
		}
		if target, err := t.Lookup(child.Path, true); err == nil && target.Kind == Dir {
			t.expand(target, rest, found)
		}
	}
}

// expandAny matches rest in dir and in every directory below it; a final "**" is everything below.
func (t *Tree) expandAny(dir *Entry, rest []string, found map[string]bool) {
	if len(rest) > 0 {
		t.expand(dir, rest, found)
	}
	for _, name := range dir.names() {
		child := dir.children[name]
		if len(rest) == 0 {
			found[child.Path] = true
		}
		if child.Kind == Dir {
			t.expandAny(child, rest, found)
		}
	}
}

var literalBrackets = strings.NewReplacer(`\`, `\\`, `[`, `\[`)

func matches(segment, name string) bool {
	ok, err := path.Match(literalBrackets.Replace(segment), name)
	return ok && err == nil
}
