// SPDX-License-Identifier: Apache-2.0

package rootfs

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Kind says what an entry is.
type Kind string

// The kinds of entries that an image may hold.
const (
	File    Kind = "file"
	Dir     Kind = "dir"
	Symlink Kind = "symlink"
	// Device nodes are known to the tree, yet never made on disk: the sandbox brings its own /dev.
	Device Kind = "device"
)

// Entry is one path of an image after all layers.
type Entry struct {
	// Path is absolute and clean: "/usr/bin/node"; the root is "/".
	Path string
	Kind Kind
	// Mode holds the permission, setuid, setgid and sticky bits as the layers say: 0o7777 at most.
	Mode     int64
	UID, GID int
	// Target of a symlink, as stored.
	Target string

	layer    int
	children map[string]*Entry
}

// Tree is the merged view of all layers.
type Tree struct{ root *Entry }

// maxLinks is the kernel's limit on symlinks in one lookup (path_resolution(7)).
const maxLinks = 40

var errTooManyLinks = errors.New("following more than 40 symlinks")

func newTree() *Tree { return &Tree{newDir("/", 0)} }

// newDir is a directory that no layer describes: engines give those to root with mode 0755.
func newDir(path string, layer int) *Entry {
	return &Entry{Path: path, Kind: Dir, Mode: 0o755, layer: layer, children: map[string]*Entry{}}
}

// Lookup returns the entry at path. Symlinks on the way are followed inside the image, the last one only if follow is set.
// An absent path gives an error that is fs.ErrNotExist and names the component that is not there.
func (t *Tree) Lookup(path string, follow bool) (*Entry, error) {
	entry, rest, err := t.walk(path, follow)
	if err != nil {
		return nil, fmt.Errorf("looking up %q: %w", path, err)
	}
	if len(rest) == 0 {
		return entry, nil
	}
	return nil, fmt.Errorf("looking up %q: there is no %q: %w", path, join(entry.Path, rest[0]), fs.ErrNotExist)
}

// walk goes as far as there are entries and returns the last one and what is left of the path.
func (t *Tree) walk(path string, follow bool) (*Entry, []string, error) {
	at, rest := []*Entry{t.root}, split(path)
	for links := 0; len(rest) > 0; {
		here, name := at[len(at)-1], rest[0]
		if here.Kind != Dir {
			return nil, nil, fmt.Errorf("%q is a %s, not a directory", here.Path, here.Kind)
		}
		if name == ".." {
			at, rest = at[:max(1, len(at)-1)], rest[1:]
			continue
		}
		next := here.children[name]
		if next == nil {
			return here, rest, nil
		}
		rest = rest[1:]
		if next.Kind != Symlink || len(rest) == 0 && !follow {
			at = append(at, next)
			continue
		}
		if links++; links > maxLinks {
			return nil, nil, errTooManyLinks
		}
		if strings.HasPrefix(next.Target, "/") {
			at = at[:1]
		}
		rest = append(split(next.Target), rest...)
	}
	return at[len(at)-1], nil, nil
}

// Entries returns all entries in the order of a depth-first walk with sorted names, the root first.
func (t *Tree) Entries() []*Entry {
	var all []*Entry
	var visit func(*Entry)
	visit = func(e *Entry) {
		all = append(all, e)
		for _, name := range e.names() {
			visit(e.children[name])
		}
	}
	visit(t.root)
	return all
}

func (e *Entry) names() []string { return slices.Sorted(maps.Keys(e.children)) }

// relative is the entry's path as os.Root wants it.
func (e *Entry) relative() string {
	if e.Path == "/" {
		return "."
	}
	return e.Path[1:]
}

func join(dir, name string) string { return strings.TrimSuffix(dir, "/") + "/" + name }

// split returns the path's components without the empty ones and ".".
func split(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" || s == "." })
}
