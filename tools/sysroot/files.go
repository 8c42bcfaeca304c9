// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// copyTree copies the files below from, whatever links lead to them, to the directory name of the output.
func (b *build) copyTree(from, name string, want func(path string) bool) error {
	files, err := walk(from)
	if err != nil {
		return err
	}
	for _, file := range files {
		if want != nil && !want(file) {
			continue
		}
		if err := b.copyFile(filepath.Join(from, file), filepath.Join(name, file)); err != nil {
			return err
		}
	}
	return nil
}

// copyFile copies a file to name in the output, which must not have it yet.
func (b *build) copyFile(from, name string) error {
	path, err := b.place(name)
	if err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	// Bazel gives every output the same mode; a program must be executable to be one.
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return fmt.Errorf("copying %q: %w", from, err)
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return fmt.Errorf("copying %q: %w", from, err)
	}
	return out.Close()
}

// write writes a file of the output.
func (b *build) write(name, text string) error {
	path, err := b.place(name)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// walk lists the files below dir, sorted, as paths relative to it. Links count as what they lead to: in a sandbox every input is one.
func walk(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if info.Mode().IsRegular() {
			files = append(files, entry.Name())
			continue
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("reading %q: found a %v, want files and directories only", path, info.Mode().Type()&fs.ModeType)
		}
		below, err := walk(path)
		if err != nil {
			return nil, err
		}
		for _, file := range below {
			files = append(files, filepath.Join(entry.Name(), file))
		}
	}
	return files, nil
}

// merge joins parts to a sysroot. Two parts that have the same file are a mistake of their lists, and an error.
func merge(_ context.Context, b *build) error {
	for _, tree := range b.trees {
		if err := b.copyTree(tree, "", nil); err != nil {
			return err
		}
	}
	return nil
}
