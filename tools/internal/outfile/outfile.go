// SPDX-License-Identifier: Apache-2.0

// Package outfile writes files that come out whole or not at all, with mode 0644 whatever the umask is.
package outfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Write writes what fill writes to the file at path.
func Write(path string, fill func(io.Writer) error) error {
	var files Set
	f, err := files.Create(path)
	if err != nil {
		return err
	}
	defer files.Discard()
	if err := fill(f); err != nil {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	return files.Publish()
}

// Set is files that appear together. Until then they have temporary names, next to the names they will have.
type Set []pending

type pending struct {
	*os.File
	final string
}

// Create adds a file.
func (s *Set) Create(path string) (*os.File, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, fmt.Errorf("creating %q: %w", path, err)
	}
	*s = append(*s, pending{f, path})
	return f, nil
}

// Publish closes the files and gives them their names. If one cannot have its name, none has.
func (s *Set) Publish() error {
	for _, f := range *s {
		if err := errors.Join(f.Chmod(0o644), f.Close()); err != nil {
			return fmt.Errorf("completing %q: %w", f.final, err)
		}
	}
	for i, f := range *s {
		if err := os.Rename(f.Name(), f.final); err != nil {
			for _, done := range (*s)[:i] {
				os.Remove(done.final)
			}
			return fmt.Errorf("completing %q: %w", f.final, err)
		}
	}
	*s = nil
	return nil
}

// Discard removes the files that are not published; errors are of no interest after the one that led here.
func (s *Set) Discard() {
	for _, f := range *s {
		f.Close()
		os.Remove(f.Name())
	}
}
