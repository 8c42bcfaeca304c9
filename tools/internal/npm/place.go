// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"fmt"
	"path"
	"strings"
)

// place returns where in its package npm puts the tarball's entry of this name: the first segment is dropped, whatever it is
// called. "" says that npm puts it nowhere.
func place(name string) (string, error) {
	if strings.HasPrefix(name, "/") {
		return "", fmt.Errorf("its path is absolute, expected one below \"package/\"")
	}
	// tar takes a backslash for a separator here, though for nothing else.
	for segment := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '/' || r == '\\' }) {
		if segment == ".." {
			return "", fmt.Errorf("its path has a \"..\" and may leave the package")
		}
	}
	_, rest, ok := strings.Cut(name, "/")
	if !ok {
		return "", nil
	}
	rest = strings.TrimLeft(rest, "/")
	if strings.HasPrefix(rest, `\`) || len(rest) > 1 && rest[1] == ':' && isLetter(rest[0]) {
		return "", fmt.Errorf("its path is absolute on Windows, expected one below \"package/\"")
	}
	if rest = path.Clean(rest); rest == "." {
		return "", nil
	}
	return rest, nil
}

// symlinkInside reports whether the symlink that stands at place stays in its package. npm leaves out every link, so only the
// ones that mean harm matter.
func symlinkInside(place, target string) bool {
	target = strings.ReplaceAll(target, `\`, "/")
	resolved := path.Join(path.Dir(place), target)
	return !path.IsAbs(target) && resolved != ".." && !strings.HasPrefix(resolved, "../")
}

// hardlinkInside reports whether a hard link's target, an entry's name, is in the package.
func hardlinkInside(target string) bool {
	_, err := place(target)
	return err == nil
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
