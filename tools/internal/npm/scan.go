// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"path"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
)

// tree is what the tarballs amount to, known before anything is written. Paths are relative to the directory of the root
// node_modules.
type tree struct {
	files map[string]*file
	dirs  map[string]bool
}

// file is a path's content: an entry of a package's tarball.
type file struct {
	member
	owner *pkg
	sum   [sha256.Size]byte
	// linked is set for a command's file: its content goes through fixShebang, and has fixedSize afterwards.
	linked    bool
	fixedSize int64
}

// scan reads all tarballs once: everything that can be wrong with them shows here.
func (plan *Plan) scan(ctx context.Context) (*tree, error) {
	files, err := plan.readAll(ctx)
	if err != nil {
		return nil, err
	}
	t := &tree{files: map[string]*file{}, dirs: map[string]bool{}}
	for i, p := range plan.packages {
		for _, f := range files[i] {
			if err := plan.checkHolder(f); err != nil {
				return nil, unpacking(p, err)
			}
			if err := t.add(path.Join(p.Path, f.place), f); err != nil {
				return nil, unpacking(p, err)
			}
		}
	}
	return t, plan.checkBundles(t)
}

// readAll reads the tarballs side by side. Of several errors it returns the first in the plan's order.
func (plan *Plan) readAll(ctx context.Context) ([][]*file, error) {
	targets := plan.binTargets()
	files := make([][]*file, len(plan.packages))
	errs := make([]error, len(plan.packages))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range plan.packages {
		group.Go(func() error {
			if errs[i] = ctx.Err(); errs[i] == nil && !p.Bundled {
				files[i], errs[i] = read(p, targets)
			}
			return nil
		})
	}
	group.Wait() // none returns an error
	for i, err := range errs {
		if err != nil {
			return nil, unpacking(plan.packages[i], err)
		}
	}
	return files, nil
}

func read(p *pkg, targets map[string]bool) ([]*file, error) {
	var files []*file
	err := unpack(p.tarball, func(m member, content io.Reader) error {
		f := &file{member: m, owner: p, fixedSize: m.size}
		hash := sha256.New()
		content = io.TeeReader(content, hash)
		if targets[path.Join(p.Path, m.place)] {
			fixed, err := fixShebang(content)
			if err != nil {
				return err
			}
			content = fixed
		}
		var err error
		if f.fixedSize, err = io.Copy(io.Discard, content); err != nil {
			return err
		}
		hash.Sum(f.sum[:0])
		files = append(files, f)
		return nil
	})
	return files, err
}

// add puts f at a path. A tarball may have an entry twice if it is the same; npm takes the last, and leaves the mode of the first.
func (t *tree) add(at string, f *file) error {
	if t.dirs[at] {
		return fmt.Errorf("entry %q is a file, but the tarball has other files below it", f.name)
	}
	if err := t.parents(at); err != nil {
		return fmt.Errorf("entry %q: %w", f.name, err)
	}
	old, ok := t.files[at]
	if !ok {
		t.files[at] = f
		return nil
	}
	if old.sum == f.sum && old.size == f.size {
		return nil
	}
	if old.renamed && !f.renamed {
		f.mode = old.mode
		t.files[at] = f
		return nil
	}
	return fmt.Errorf("entries %q and %q are for the same path %q, with different content", old.name, f.name, f.place)
}

// parents makes the directories above a path.
func (t *tree) parents(at string) error {
	for i := range len(at) {
		if at[i] != '/' {
			continue
		}
		if f, ok := t.files[at[:i]]; ok {
			return fmt.Errorf("the path %q needs a directory where the entry %q is a file", at, f.name)
		}
		t.dirs[at[:i]] = true
	}
	return nil
}

// checkHolder refuses a file that would come to lie in a package that has a tarball of its own: npm unpacks both at the same time.
func (plan *Plan) checkHolder(f *file) error {
	if !strings.Contains(f.place, "node_modules/") {
		return nil
	}
	holder := plan.holder(path.Join(f.owner.Path, f.place))
	for holder != f.owner {
		if !holder.Bundled {
			return fmt.Errorf("entry %q lies where the plan has %v, and which of the two npm leaves there is chance; "+
				"choose a version of %s that does not bring its own node_modules", f.name, holder, f.owner.Name)
		}
		directory, _ := splitPath(holder.Path)
		holder = plan.holder(directory)
	}
	return nil
}

// checkBundles refuses a plan whose bundled packages are in no tarball.
func (plan *Plan) checkBundles(t *tree) error {
	for _, p := range plan.packages {
		if p.Bundled && t.files[path.Join(p.Path, "package.json")] == nil {
			return fmt.Errorf("unpacking %v: it should come in the tarball of %v, which has no %q; make the lockfile anew",
				p, plan.bundler(p), strings.TrimPrefix(p.Path, plan.bundler(p).Path+"/")+"/package.json")
		}
	}
	return nil
}

func unpacking(p *pkg, err error) error { return fmt.Errorf("unpacking %v: %w", p, err) }
