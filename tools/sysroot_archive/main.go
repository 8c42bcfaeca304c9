// SPDX-License-Identifier: Apache-2.0

// Command sysroot_archive packs a sysroot for use outside Bazel, with the list of what is in it.
package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
)

func main() { cli.Main("sysroot_archive", run) }

func run(_ context.Context, args []string, _, stderr io.Writer) error {
	flags := cli.Flags("sysroot_archive", stderr)
	tree := flags.String("tree", "", "the sysroot's `directory`")
	bill := flags.String("bill", "", "SPDX `file` that becomes sysroot.spdx.json")
	out := flags.String("out", "", "the .tar.zst `file` to write")
	if err := cli.Parse(flags, args, "tree", "bill", "out"); err != nil {
		return err
	}
	if err := pack(*tree, *bill, *out); err != nil {
		os.Remove(*out)
		return fmt.Errorf("packing sysroot %q: %w", *tree, err)
	}
	return nil
}

func pack(tree, bill, out string) error {
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	defer file.Close()
	compression, err := archive.ParseCompression("zstd")
	if err != nil {
		return err
	}
	w, err := archive.NewWriter(file, compression)
	if err != nil {
		return err
	}
	if err := addAll(w, tree, bill); err != nil {
		w.Abandon()
		return err
	}
	if _, err := w.Close(); err != nil {
		return err
	}
	return file.Close()
}

func addAll(w *archive.Writer, tree, bill string) error {
	if err := add(w, bill, "sysroot.spdx.json"); err != nil {
		return err
	}
	// Sorted by name. In a sandbox the tree, or each file in it, may be a link.
	return filepath.WalkDir(tree+"/", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(tree, path)
		if err != nil {
			return err
		}
		return add(w, path, filepath.ToSlash(name))
	})
}

func add(w *archive.Writer, path, name string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return w.Add(archive.Entry{Path: name, Type: archive.File, Mode: mode(name), Size: info.Size()}, file, path)
}

// mode is executable for the one file that is started: the loader, which is the C library.
func mode(name string) uint32 {
	if filepath.Ext(name) == ".so" || filepath.Dir(name) == "lib" {
		return 0o755
	}
	return 0o644
}
