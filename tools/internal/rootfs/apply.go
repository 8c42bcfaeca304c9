// SPDX-License-Identifier: Apache-2.0

package rootfs

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// Whiteouts: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts
const (
	whiteout = ".wh."
	opaque   = ".wh..wh..opq"
)

// apply brings one entry of a layer into the tree and onto the disk.
func (r *Root) apply(header *tar.Header, content io.Reader, layer int) error {
	if header.Typeflag == tar.TypeXGlobalHeader {
		return nil // A comment, such as the commit that git-archive(1) notes.
	}
	if slices.Contains(strings.Split(header.Name, "/"), "..") {
		return errors.New(`leaves the image with "..": expected a path below the root`)
	}
	name := path.Clean("/" + header.Name)
	if name == "/" {
		return r.describeRoot(header)
	}
	parent, err := r.parent(path.Dir(name), layer)
	if err != nil {
		return err
	}
	base := path.Base(name)
	if hidden, ok := strings.CutPrefix(base, whiteout); ok {
		return r.whiteout(parent, hidden, base == opaque, layer)
	}
	entry, err := r.entry(header, name, layer)
	if err != nil {
		return err
	}
	if old := parent.children[base]; old != nil {
		if old.Kind == Dir && entry.Kind == Dir {
			old.Mode, old.UID, old.GID, old.layer = entry.Mode, entry.UID, entry.GID, layer
			return nil
		}
		if err := r.drop(parent, base); err != nil {
			return err
		}
	}
	if err := r.create(entry, header, content); err != nil {
		return err
	}
	parent.children[base] = entry
	return nil
}

func (r *Root) describeRoot(header *tar.Header) error {
	if header.Typeflag != tar.TypeDir {
		return errors.New("replaces the root, which must be a directory")
	}
	r.Tree.root.Mode, r.Tree.root.UID, r.Tree.root.GID = header.Mode&0o7777, header.Uid, header.Gid
	return nil
}

// parent returns the directory at name and makes it, with those above it, where no layer did.
func (r *Root) parent(name string, layer int) (*Entry, error) {
	here := r.Tree.root
	for _, part := range split(name) {
		next := here.children[part]
		if next == nil {
			next = newDir(join(here.Path, part), layer)
			if err := r.disk.Mkdir(next.relative(), 0o700); err != nil {
				return nil, err
			}
			here.children[part] = next
		}
		switch next.Kind {
		case Dir:
		case Symlink:
			return nil, fmt.Errorf("goes through the symlink %q -> %q, expected real directories: engines disagree on what that writes, "+
				"so name the link's target in the layer", next.Path, next.Target)
		default:
			return nil, fmt.Errorf("lies below %q, which is a %s", next.Path, next.Kind)
		}
		here = next
	}
	return here, nil
}

// entry says what header stands for, without touching the disk.
func (r *Root) entry(header *tar.Header, name string, layer int) (*Entry, error) {
	e := &Entry{Path: name, Mode: header.Mode & 0o7777, UID: header.Uid, GID: header.Gid, layer: layer}
	switch header.Typeflag {
	case tar.TypeReg:
		e.Kind = File
	case tar.TypeDir:
		e.Kind, e.children = Dir, map[string]*Entry{}
	case tar.TypeSymlink:
		e.Kind, e.Target, e.Mode = Symlink, header.Linkname, 0o777
	case tar.TypeLink:
		original, err := r.linked(header.Linkname)
		if err != nil {
			return nil, err
		}
		e.Kind, e.Mode, e.UID, e.GID = File, original.Mode, original.UID, original.GID
	case tar.TypeChar, tar.TypeBlock:
		if !strings.HasPrefix(name, "/dev/") {
			return nil, errors.New("is a device node outside /dev: making one needs privilege, so such an image cannot be tested")
		}
		e.Kind = Device
	default:
		return nil, fmt.Errorf("has tar type %q, expected a file, directory, symlink or hard link", header.Typeflag)
	}
	return e, nil
}

// linked returns the file that a hard link names. Its path is taken as it is: no symlink of it is followed.
func (r *Root) linked(target string) (*Entry, error) {
	here := r.Tree.root
	for _, part := range split(target) {
		next := here.children[part]
		if next == nil {
			return nil, fmt.Errorf("is a hard link to %q, which no layer holds", target)
		}
		here = next
	}
	if here.Kind != File {
		return nil, fmt.Errorf("is a hard link to %q, a %s, expected a file", target, here.Kind)
	}
	return here, nil
}

func (r *Root) create(e *Entry, header *tar.Header, content io.Reader) error {
	switch {
	case header.Typeflag == tar.TypeLink:
		return r.disk.Link(path.Join(split(header.Linkname)...), e.relative())
	case e.Kind == Dir:
		return r.disk.Mkdir(e.relative(), 0o700)
	case e.Kind == Symlink:
		return r.disk.Symlink(e.Target, e.relative())
	case e.Kind == Device:
		return nil
	}
	file, err := r.disk.OpenFile(e.relative(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Close())
}

// whiteout hides what the layers below put at parent/hidden or, if all is set, everything in parent. What the same layer
// puts there stays, whatever the order of its entries.
func (r *Root) whiteout(parent *Entry, hidden string, all bool, layer int) error {
	if all {
		return r.hideChildren(parent, layer)
	}
	if hidden == "" || hidden == "." || strings.HasPrefix(hidden, whiteout) {
		return errors.New("is no whiteout that the OCI image specification knows")
	}
	if parent.children[hidden] == nil {
		return nil
	}
	return r.hide(parent, hidden, layer)
}

func (r *Root) hideChildren(dir *Entry, layer int) error {
	for _, name := range dir.names() {
		if err := r.hide(dir, name, layer); err != nil {
			return err
		}
	}
	return nil
}

func (r *Root) hide(parent *Entry, name string, layer int) error {
	entry := parent.children[name]
	if err := r.hideChildren(entry, layer); err != nil {
		return err
	}
	if entry.layer >= layer || len(entry.children) > 0 {
		return nil
	}
	return r.drop(parent, name)
}

// drop removes an entry and all below it.
func (r *Root) drop(parent *Entry, name string) error {
	if err := r.disk.RemoveAll(parent.children[name].relative()); err != nil {
		return err
	}
	delete(parent.children, name)
	return nil
}
