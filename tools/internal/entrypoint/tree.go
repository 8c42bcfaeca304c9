// SPDX-License-Identifier: Apache-2.0

package entrypoint

import (
	"bufio"
	"fmt"
	"os"
	"path"
	"strings"
)

// Tree is what the layers' listings say is in the image. Paths are relative to the image's root.
type Tree struct {
	files map[string]bool
	dirs  map[string]bool
	links map[string]string
}

// ReadTree reads listings, the lowest layer first: lines of mode, owner, size, path, and for links " -> " and the target.
func ReadTree(listings []string) (Tree, error) {
	tree := Tree{files: map[string]bool{}, dirs: map[string]bool{"": true}, links: map[string]string{}}
	for _, listing := range listings {
		if err := tree.read(listing); err != nil {
			return Tree{}, fmt.Errorf("reading listing %q: %w", listing, err)
		}
	}
	return tree, nil
}

func (t Tree) read(listing string) error {
	f, err := os.Open(listing)
	if err != nil {
		return err
	}
	defer f.Close()
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 1<<20)
	for n := 1; scanner.Scan(); n++ {
		fields := strings.SplitN(scanner.Text(), " ", 4)
		if len(fields) != 4 || fields[0] == "" {
			return fmt.Errorf("line %d is %q, expected mode, owner, size and path", n, scanner.Text())
		}
		t.add(fields[0], fields[3])
	}
	return scanner.Err()
}

// add lets the upper layer win: a path is one thing only.
func (t Tree) add(mode, name string) {
	target := ""
	if mode[0] == 'l' || mode[0] == 'L' {
		name, target, _ = strings.Cut(name, " -> ")
	}
	name = strings.TrimSuffix(name, "/")
	delete(t.files, name)
	delete(t.links, name)
	switch mode[0] {
	case 'd':
		t.dirs[name] = true
	case 'l', 'L':
		t.links[name] = target
	default:
		t.files[name] = true
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		t.dirs[dir] = true
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

// module says whether node finds something to run at name: the file itself, with an extension, or as a directory's index.
// The entry point is looked up in this way in ES module packages too. https://nodejs.org/api/modules.html#all-together
func (t Tree) module(name string) bool {
	for _, suffix := range []string{"", ".js", ".json", ".node", "/index.js", "/index.json", "/index.node"} {
		if t.file(name + suffix) {
			return true
		}
	}
	return false
}
