// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// bin is a command: its name in .bin, and the file in the package that it starts.
type bin struct{ name, file string }

// normalizeBins does what npm-normalize-package-bin does: names lose their directories, files cannot leave the package, and what
// is then empty is dropped. Several names that become one are an error, as which of them npm takes follows from an order that
// the plan does not have.
func normalizeBins(bins map[string]string) ([]bin, error) {
	var normal []bin
	from := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(bins)) {
		name := path.Clean("/" + path.Base(strings.NewReplacer(`\`, "/", ":", "/").Replace(key)))[1:]
		file := path.Clean("/" + strings.ReplaceAll(bins[key], `\`, "/"))[1:]
		if name == "" || file == "" {
			continue
		}
		if other, ok := from[name]; ok && bins[other] != bins[key] {
			return nil, fmt.Errorf("its bin has both %q and %q for the command %q, expected one", other, key, name)
		} else if ok {
			continue
		}
		from[name] = key
		normal = append(normal, bin{name, file})
	}
	return normal, nil
}

// binTargets returns the paths of all files that a bin names, whether they exist or not.
func (plan *Plan) binTargets() map[string]bool {
	targets := map[string]bool{}
	for _, p := range plan.packages {
		for _, b := range p.bins {
			targets[path.Join(p.Path, b.file)] = true
		}
	}
	return targets
}

// link is a symlink in a .bin directory.
type link struct {
	owner        *pkg
	path, target string
}

// linkBins returns the links that npm makes, sorted by path, and changes t as npm does on the way: a linked file becomes
// executable and gets a Unix shebang, a file in the link's place goes. Of several packages with the same command in the same
// node_modules the first in npm's order has it, even if the file it names does not exist, in which case there is no link.
func (plan *Plan) linkBins(t *tree) ([]link, error) {
	claimed := map[string]bool{}
	var links []link
	for _, p := range plan.inBinOrder() {
		directory, _ := splitPath(p.Path)
		for _, b := range p.bins {
			at := path.Join(directory, ".bin", b.name)
			if claimed[at] {
				continue
			}
			claimed[at] = true
			l := link{owner: p, path: at}
			if made, err := t.link(&l, path.Join(p.Path, b.file)); err != nil {
				return nil, fmt.Errorf("linking command %q of package %v: %w", b.name, p, err)
			} else if made {
				links = append(links, l)
			}
		}
	}
	slices.SortFunc(links, func(a, b link) int { return cmp.Compare(a.path, b.path) })
	return links, nil
}

// inBinOrder sorts as arborist does, as far as it matters: packages of one node_modules by path in English.
func (plan *Plan) inBinOrder() []*pkg {
	packages := slices.Clone(plan.packages)
	slices.SortStableFunc(packages, func(a, b *pkg) int { return compare(a.Path, b.Path) })
	return packages
}

// link points l at file, if there is one.
func (t *tree) link(l *link, file string) (bool, error) {
	f, isFile := t.files[file]
	if !isFile && !t.dirs[file] {
		return false, nil
	}
	if t.dirs[l.path] {
		return false, fmt.Errorf("%q is a directory, expected room for a symlink", l.path)
	}
	target, err := filepath.Rel(path.Dir(l.path), file)
	if err != nil {
		return false, err
	}
	l.target = filepath.ToSlash(target)
	delete(t.files, l.path)
	if isFile {
		f.mode, f.linked = 0o755, true
	}
	return true, t.parents(l.path)
}
