// SPDX-License-Identifier: Apache-2.0

package entrypoint

import (
	"path"
	"slices"
	"strings"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
)

// Tree is what the layers' listings say is in the image. Paths are relative to the image's root.
type Tree struct {
	files map[string]bool
	dirs  map[string]bool
	links map[string]string
}

// ReadTree reads listings, the lowest layer first.
func ReadTree(listings []string) (Tree, error) {
	tree := Tree{files: map[string]bool{}, dirs: map[string]bool{}, links: map[string]string{}}
	for _, listing := range listings {
		entries, err := archive.ReadListing(listing)
		if err != nil {
			return Tree{}, err
		}
		for _, entry := range entries {
			tree.add(entry)
		}
	}
	return tree, nil
}

// add lets the upper layer win: a path is one thing only.
func (t Tree) add(entry archive.Entry) {
	delete(t.files, entry.Path)
	delete(t.dirs, entry.Path)
	delete(t.links, entry.Path)
	switch entry.Type {
	case archive.File:
		t.files[entry.Path] = true
	case archive.Dir:
		t.dirs[entry.Path] = true
	case archive.Symlink:
		t.links[entry.Path] = entry.Target
	}
}

// file says whether name is a regular file, also by way of links.
func (t Tree) file(name string) bool { return t.files[t.resolve(name, 0)] }

// resolve follows symbolic links in every part of a path. A path that leads nowhere stays as it is.
func (t Tree) resolve(name string, depth int) string {
	resolved := ""
	for part := range strings.SplitSeq(path.Clean(name), "/") {
		resolved = path.Join(resolved, part)
		target, ok := t.links[resolved]
		if !ok {
			continue
		}
		if depth > 16 {
			return name
		}
		if !path.IsAbs(target) {
			target = path.Join("/", path.Dir(resolved), target)
		}
		resolved = t.resolve(path.Clean(target)[1:], depth+1)
	}
	return resolved
}

// installed says whether name is a package's directory. A link to one counts, wherever it leads.
func (t Tree) installed(name string) bool {
	_, link := t.links[path.Join(t.resolve(path.Dir(name), 0), path.Base(name))]
	return link || t.dirs[t.resolve(name, 0)]
}

// module says whether node finds something to run at name: the file itself, with an extension, or as a directory's index.
// The entry point is looked up in this way in ES module packages too. https://nodejs.org/api/modules.html#all-together
func (t Tree) module(name string) bool {
	return t.any(name, "", ".js", ".json", ".node") || t.index(name)
}

// index says whether the directory name has a file that node runs without being told.
func (t Tree) index(name string) bool { return t.any(name, "/index.js", "/index.json", "/index.node") }

func (t Tree) any(name string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(suffix string) bool { return t.file(name + suffix) })
}
