// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"context"
	"io"
	"path"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
)

// Write adds the plan's node_modules to a layer, below the directory root. Everything belongs to root. The order is: packages by
// path, each in its tarball's order, then the links of all .bin directories by path. The tarballs are read twice, and nothing
// is added before the first reading has found all of them sound.
func (plan *Plan) Write(ctx context.Context, w *archive.Writer, root string) error {
	t, err := plan.scan(ctx)
	if err != nil {
		return err
	}
	links, err := plan.linkBins(t)
	if err != nil {
		return err
	}
	if err := w.Add(directory(root), nil, "--root"); err != nil {
		return err
	}
	for _, p := range plan.packages {
		if p.Bundled {
			continue
		}
		if err := ctx.Err(); err != nil {
			return unpacking(p, err)
		}
		if err := t.write(w, root, p); err != nil {
			return unpacking(p, err)
		}
	}
	for _, l := range links {
		e := archive.Entry{Path: path.Join(root, l.path), Type: archive.Symlink, Mode: 0o777, Target: l.target}
		if err := w.Add(e, nil, l.owner.String()); err != nil {
			return err
		}
	}
	return nil
}

// write adds a package's directory, which npm makes even if it stays empty, and the files that t has from the package.
func (t *tree) write(w *archive.Writer, root string, p *pkg) error {
	if err := w.Add(directory(path.Join(root, p.Path)), nil, p.String()); err != nil {
		return err
	}
	return unpack(p.tarball, func(m member, content io.Reader) (err error) {
		at := path.Join(p.Path, m.place)
		f, ok := t.files[at]
		if !ok || f.owner != p || f.index != m.index {
			return nil
		}
		e := archive.Entry{Path: path.Join(root, at), Type: archive.File, Mode: f.mode, Size: f.size}
		if f.linked {
			if content, err = fixShebang(content); err != nil {
				return err
			}
			e.Size = f.fixedSize
		}
		return w.Add(e, content, p.String())
	})
}

func directory(at string) archive.Entry {
	return archive.Entry{Path: at, Type: archive.Dir, Mode: 0o755}
}
