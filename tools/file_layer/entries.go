// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

// add puts the entries into a layer, sorted by path.
func add(ctx context.Context, w *archive.Writer, entries []wire.Entry) error {
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, func(a, b wire.Entry) int { return cmp.Compare(a.Path, b.Path) })
	for i, e := range sorted {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i > 0 && sorted[i-1].Path == e.Path {
			return fmt.Errorf("adding %q: both %s and %s are to stand there, expected one", e.Path, origin(sorted[i-1]), origin(e))
		}
		if err := addEntry(w, e); err != nil {
			return err
		}
	}
	return nil
}

// origin says in errors where an entry comes from.
func origin(e wire.Entry) string {
	switch e.Type {
	case "file":
		return fmt.Sprintf("the file %q", e.Src)
	case "symlink":
		return fmt.Sprintf("a symlink to %q", e.Target)
	case "dir":
		return "a directory"
	}
	return fmt.Sprintf("an entry of type %q", e.Type)
}

func addEntry(w *archive.Writer, e wire.Entry) error {
	switch e.Type {
	case "file":
		return addFile(w, e)
	case "dir":
		return addPlain(w, e, archive.Dir, 0o755)
	case "symlink":
		return addPlain(w, e, archive.Symlink, 0o777)
	}
	return fmt.Errorf("adding %q: got type %q, expected \"file\", \"dir\" or \"symlink\"", e.Path, e.Type)
}

// addPlain adds an entry without content. mode is what it has unless the entry says otherwise.
func addPlain(w *archive.Writer, e wire.Entry, kind archive.Type, mode uint32) error {
	if e.Src != "" {
		return fmt.Errorf("adding %q: %s has no src, got %q", e.Path, origin(e), e.Src)
	}
	if e.Mode != "" {
		var err error
		if mode, err = parseMode(e); err != nil {
			return err
		}
	}
	if kind == archive.Symlink && mode != 0o777 {
		return fmt.Errorf("adding %q: got mode %q for a symlink, which always has \"0777\"", e.Path, e.Mode)
	}
	return w.Add(entryOf(e, kind, mode, 0), nil, origin(e))
}

// addFile streams a file. A symlink is followed: in a sandbox every input may be one. The mode on disk has no say.
func addFile(w *archive.Writer, e wire.Entry) error {
	if e.Src == "" {
		return fmt.Errorf("adding %q: the entry has no src, expected the file whose content it has", e.Path)
	}
	if e.Mode == "" {
		return fmt.Errorf("adding %q: the entry has no mode, expected one such as \"0644\": Bazel does not track the mode that %q has on disk", e.Path, e.Src)
	}
	mode, err := parseMode(e)
	if err != nil {
		return err
	}
	info, err := os.Stat(e.Src)
	if err != nil {
		return fmt.Errorf("adding %q: reading src: %w", e.Path, err)
	}
	if info.IsDir() {
		return fmt.Errorf("adding %q: src %q is a directory, expected a file; name the files in it, in Bazel by glob([\"%s/**\"])", e.Path, e.Src, path.Base(e.Src))
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("adding %q: src %q is of type %v, expected a regular file", e.Path, e.Src, info.Mode().Type())
	}
	f, err := os.Open(e.Src)
	if err != nil {
		return fmt.Errorf("adding %q: reading src: %w", e.Path, err)
	}
	defer f.Close()
	return w.Add(entryOf(e, archive.File, mode, info.Size()), f, origin(e))
}

func entryOf(e wire.Entry, kind archive.Type, mode uint32, size int64) archive.Entry {
	return archive.Entry{Path: e.Path, Type: kind, Mode: mode, UID: e.UID, GID: e.GID, Size: size, Target: e.Target}
}

func parseMode(e wire.Entry) (uint32, error) {
	mode, err := strconv.ParseUint(e.Mode, 8, 32)
	if err != nil || mode > 0o7777 {
		return 0, fmt.Errorf("adding %q: got mode %q, expected octal digits up to \"7777\", such as \"0644\"", e.Path, e.Mode)
	}
	return uint32(mode), nil
}
