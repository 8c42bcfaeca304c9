// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// No Linux file system takes longer names (NAME_MAX).
const maxSegment = 255

// CheckPath says what is wrong with a path that shall stand in a layer. A backslash is an ordinary byte of a name, as on Linux.
func CheckPath(p string) error {
	switch {
	case p == "":
		return fmt.Errorf("the path is empty")
	case strings.HasPrefix(p, "/"):
		return fmt.Errorf("the path is absolute, expected one relative to the image's root")
	case strings.ContainsRune(p, 0):
		return fmt.Errorf("the path has a NUL byte")
	case !utf8.ValidString(p):
		return fmt.Errorf("the path is not UTF-8")
	}
	for segment := range strings.SplitSeq(p, "/") {
		if segment == ".." {
			return fmt.Errorf("the path has a \"..\"")
		}
		if len(segment) > maxSegment {
			return fmt.Errorf("the path has a name of %d bytes, at most %d are possible", len(segment), maxSegment)
		}
	}
	if clean := path.Clean(p); clean != p || p == "." {
		return fmt.Errorf("the path is not clean, expected %q", clean)
	}
	return nil
}

// parents calls yield with each directory above p, the topmost first.
func parents(p string, yield func(dir string) error) error {
	for i := range len(p) {
		if p[i] != '/' {
			continue
		}
		if err := yield(p[:i]); err != nil {
			return err
		}
	}
	return nil
}
