// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
	"github.com/rules-node-image/rules_node_image/tools/internal/outfile"
)

// node is an entry and the digest of its content.
type node struct {
	archive.Entry
	sum [sha256.Size]byte
}

// npm's note to itself, which layers leave out.
const hiddenLockfile = "node_modules/.package-lock.json"

// compareTrees compares the folder scratch with a layer below root, and writes its listing to golden; "" leaves either out.
func compareTrees(scratch, root, layer, golden string, stdout io.Writer) error {
	want, err := readFolder(scratch, root)
	if err != nil {
		return err
	}
	if golden != "" {
		if err := writeGolden(golden, want); err != nil {
			return err
		}
	}
	if layer == "" {
		return nil
	}
	got, err := readLayer(layer, root)
	if err != nil {
		return err
	}
	differences := compare(got, want)
	for _, d := range differences {
		fmt.Fprintln(stdout, d)
	}
	fmt.Fprintf(stdout, "%d paths by npm, %d in the layer, %d differences\n", len(want), len(got), len(differences))
	if len(differences) > 0 {
		return fmt.Errorf("comparing layer %q: %d differences from npm", layer, len(differences))
	}
	return nil
}

// compare returns a line for each path that is not the same in both trees: "-" is npm's, "+" the layer's.
func compare(got, want map[string]node) []string {
	paths := slices.Sorted(maps.Keys(want))
	for p := range got {
		if _, ok := want[p]; !ok {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	var lines []string
	for _, p := range paths {
		g, inLayer := got[p]
		w, inNPM := want[p]
		switch {
		case inLayer && inNPM && g == w:
		case inLayer && inNPM && g.Entry == w.Entry:
			lines = append(lines, fmt.Sprintf("content differs: %v", g.Entry))
		case inLayer && inNPM:
			lines = append(lines, fmt.Sprintf("-%v\n+%v", w.Entry, g.Entry))
		case inNPM:
			lines = append(lines, fmt.Sprintf("-%v", w.Entry))
		default:
			lines = append(lines, fmt.Sprintf("+%v", g.Entry))
		}
	}
	return lines
}

func writeGolden(file string, tree map[string]node) error {
	var entries []archive.Entry
	for _, path := range slices.Sorted(maps.Keys(tree)) {
		entries = append(entries, tree[path].Entry)
	}
	return outfile.Write(file, func(w io.Writer) error { return archive.WriteListing(w, entries) })
}

// readLayer returns what a layer has in root's node_modules.
func readLayer(layer, root string) (map[string]node, error) {
	tree, top := map[string]node{}, path.Join(root, "node_modules")
	err := archive.Walk(layer, func(e archive.Entry, content io.Reader) error {
		if e.Path != top && !strings.HasPrefix(e.Path, top+"/") {
			return nil
		}
		return add(tree, e, content)
	})
	return tree, err
}

// readFolder returns a folder's node_modules as a layer would have it in root, with root as the owner.
func readFolder(folder, root string) (map[string]node, error) {
	tree := map[string]node{}
	err := filepath.WalkDir(filepath.Join(folder, "node_modules"), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(folder, name)
		if err != nil || below == hiddenLockfile {
			return err
		}
		return addFile(tree, name, path.Join(root, filepath.ToSlash(below)))
	})
	return tree, err
}

func addFile(tree map[string]node, name, at string) error {
	info, err := os.Lstat(name)
	if err != nil {
		return err
	}
	e := archive.Entry{Path: at, Mode: unixMode(info.Mode())}
	switch info.Mode().Type() {
	case 0:
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		e.Type, e.Size = archive.File, info.Size()
		return add(tree, e, f)
	case fs.ModeDir:
		e.Type = archive.Dir
	case fs.ModeSymlink:
		e.Type = archive.Symlink
		if e.Target, err = os.Readlink(name); err != nil {
			return err
		}
	default:
		return fmt.Errorf("reading %q: it is of type %v, expected a file, directory or symlink", name, info.Mode())
	}
	return add(tree, e, nil)
}

func add(tree map[string]node, e archive.Entry, content io.Reader) error {
	n := node{Entry: e}
	if e.Type == archive.File {
		hash := sha256.New()
		if _, err := io.Copy(hash, content); err != nil {
			return fmt.Errorf("reading %q: %w", e.Path, err)
		}
		hash.Sum(n.sum[:0])
	}
	tree[e.Path] = n
	return nil
}

func unixMode(m fs.FileMode) uint32 {
	mode := uint32(m.Perm())
	for _, s := range []struct {
		mode fs.FileMode
		bit  uint32
	}{{fs.ModeSetuid, 0o4000}, {fs.ModeSetgid, 0o2000}, {fs.ModeSticky, 0o1000}} {
		if m&s.mode != 0 {
			mode |= s.bit
		}
	}
	return mode
}
