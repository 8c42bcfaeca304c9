// SPDX-License-Identifier: Apache-2.0

// Package npm places packages as npm does: from an install plan and the packages' tarballs it makes, byte for byte and mode for
// mode, the node_modules tree that `npm ci --omit=dev --ignore-scripts` leaves on disk with a umask of 022. Only npm's own
// node_modules/.package-lock.json is not made. Nothing is unpacked to disk, and no script is run.
//
// What npm does is told by its code (npm 11): pacote's lib/fetcher.js decides which entries of a tarball become which files, tar's
// lib/unpack.js how, bin-links what is done to commands, arborist's lib/arborist/rebuild.js for whom and in which order. Where
// npm only warns, or leaves the outcome to chance, this package has an error instead.
package npm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

// Plan is an install plan whose packages have their tarballs.
type Plan struct {
	packages []*pkg
	byPath   map[string]*pkg
}

type pkg struct {
	wire.Package
	// tarball is the file, "" for a bundled package.
	tarball string
	bins    []bin
}

// String names the package in errors.
func (p *pkg) String() string {
	s := fmt.Sprintf("%s@%s at %q", p.Name, p.Version, p.Path)
	if p.tarball != "" {
		s += fmt.Sprintf(" (tarball %q)", p.tarball)
	}
	return s
}

// Load reads a plan (wire.Package lines) and the list of its tarballs (wire.Tarball lines), and matches them. Each package that
// is not bundled has a tarball in the list, and each tarball of the list has a package.
func Load(planFile, tarballsFile string) (*Plan, error) {
	packages, err := wire.ReadLines[wire.Package](planFile)
	if err != nil {
		return nil, fmt.Errorf("reading install plan: %w", err)
	}
	list, err := wire.ReadLines[wire.Tarball](tarballsFile)
	if err != nil {
		return nil, fmt.Errorf("reading list of tarballs: %w", err)
	}
	tarballs, err := newTarballs(tarballsFile, list)
	if err != nil {
		return nil, err
	}
	plan := &Plan{byPath: map[string]*pkg{}}
	for _, p := range packages {
		if err := plan.add(p, tarballs); err != nil {
			return nil, fmt.Errorf("reading install plan %q: %w", planFile, err)
		}
	}
	slices.SortFunc(plan.packages, func(a, b *pkg) int { return cmp.Compare(a.Path, b.Path) })
	for _, p := range plan.packages {
		if p.Bundled && plan.bundler(p) == nil {
			return nil, fmt.Errorf("reading install plan %q: package %v is bundled, but no package above it in the plan has a tarball it may come in",
				planFile, p)
		}
	}
	return plan, tarballs.unused(planFile)
}

func (plan *Plan) add(entry wire.Package, tarballs *tarballs) error {
	p := &pkg{Package: entry}
	if err := checkPath(p.Path); err != nil {
		return fmt.Errorf("package %v: %w", p, err)
	}
	if other, ok := plan.byPath[p.Path]; ok {
		return fmt.Errorf("package %v: %s@%s is planned for the same path, expected one package per path", p, other.Name, other.Version)
	}
	var err error
	if p.bins, err = normalizeBins(p.Bin); err != nil {
		return fmt.Errorf("package %v: %w", p, err)
	}
	if !p.Bundled {
		if p.tarball, err = tarballs.take(p.Integrity); err != nil {
			return fmt.Errorf("package %v: %w", p, err)
		}
	}
	plan.packages = append(plan.packages, p)
	plan.byPath[p.Path] = p
	return nil
}

// holder returns the innermost package of the plan that path lies in, or is.
func (plan *Plan) holder(path string) *pkg {
	for {
		if p, ok := plan.byPath[path]; ok {
			return p
		}
		i := strings.LastIndexByte(path, '/')
		if i < 0 {
			return nil
		}
		path = path[:i]
	}
}

// bundler returns the package whose tarball a bundled package comes in.
func (plan *Plan) bundler(p *pkg) *pkg {
	for p != nil && p.Bundled {
		i := strings.LastIndexByte(p.Path, '/')
		if i < 0 {
			return nil
		}
		p = plan.holder(p.Path[:i])
	}
	return p
}

// checkPath refuses what is no place of a package: it ends in node_modules/<name>. npm's names are ASCII, which the order of
// bin links counts on.
//
// https://github.com/npm/validate-npm-package-name
func checkPath(path string) error {
	directory, name := splitPath(path)
	clean := path != "" && !strings.HasPrefix(path, "/")
	for segment := range strings.SplitSeq(path, "/") {
		clean = clean && segment != "" && segment != "." && segment != ".."
	}
	for _, c := range []byte(path) {
		clean = clean && c > ' ' && c < 0x7f && c != '\\'
	}
	if !clean || directory == "" || name == "" || strings.HasPrefix(name, ".") {
		return fmt.Errorf("expected a path as a lockfile has it, such as \"node_modules/a/node_modules/@scope/b\"")
	}
	return nil
}

// splitPath cuts a package's path into its node_modules directory and its name there; directory is "" if there is none.
func splitPath(path string) (directory, name string) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path
	}
	if j := strings.LastIndexByte(path[:i], '/'); strings.HasPrefix(path[j+1:i], "@") && i > 0 {
		i = j
	}
	if i < 0 {
		return "", path
	}
	directory, name = path[:i], path[i+1:]
	if directory != "node_modules" && !strings.HasSuffix(directory, "/node_modules") {
		return "", path
	}
	return directory, name
}
