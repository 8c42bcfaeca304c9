// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"archive/tar"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"unicode/utf8"
)

// member is a file as npm extracts it from a tarball.
type member struct {
	// name of the tarball's entry, index its number in the tarball.
	name  string
	index int
	// place in the package's directory.
	place string
	mode  uint32
	size  int64
	// renamed is set for a .gitignore that became an .npmignore.
	renamed bool
}

// unpack calls visit for each file that npm extracts from a tarball, in the tarball's order.
func unpack(file string, visit func(m member, content io.Reader) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := newGunzip(f)
	if err != nil {
		return fmt.Errorf("reading gzip header: %w", notEOF(err))
	}
	if err := members(tar.NewReader(z), visit); err != nil {
		return err
	}
	// The checksum comes after the tar's end.
	if _, err := io.Copy(io.Discard, z); err != nil {
		return fmt.Errorf("reading to the end: %w", err)
	}
	return nil
}

func members(t *tar.Reader, visit func(member, io.Reader) error) error {
	var ignores ignores
	for index := 0; ; index++ {
		h, err := t.Next()
		if err == io.EOF && index > 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading tar entry %d: %w", index+1, notEOF(err))
		}
		h.Name, h.Linkname = decodeUTF8(h.Name), decodeUTF8(h.Linkname)
		place, err := accept(h)
		if err != nil {
			return fmt.Errorf("entry %q: %w", h.Name, err)
		}
		if place == "" {
			continue
		}
		m := member{name: h.Name, index: index, place: place, mode: fileMode(h.Mode), size: h.Size}
		if !ignores.apply(&m) {
			continue
		}
		if err := visit(m, t); err != nil {
			return fmt.Errorf("entry %q: %w", h.Name, notEOF(err))
		}
	}
}

// accept returns the place of the file that npm makes of an entry, "" if it makes none: directories come into being with the
// files in them only, links never.
func accept(h *tar.Header) (string, error) {
	if h.Typeflag == tar.TypeXGlobalHeader {
		return "", nil
	}
	if !plain(h) {
		return "", fmt.Errorf("its path in the PAX header %q is not UTF-8 of one line", h.PAXRecords["path"])
	}
	place, err := place(h.Name)
	if err != nil {
		return "", err
	}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeCont:
		return place, sparse(h)
	case tar.TypeDir, gnuDumpDir:
		return "", nil
	case tar.TypeSymlink:
		if !symlinkInside(place, h.Linkname) {
			return "", fmt.Errorf("it is a symlink out of the package, to %q", h.Linkname)
		}
		return "", nil
	case tar.TypeLink:
		if !hardlinkInside(h.Linkname) {
			return "", fmt.Errorf("it is a hard link out of the package, to %q", h.Linkname)
		}
		return "", nil
	case tar.TypeChar, tar.TypeBlock:
		return "", fmt.Errorf("it is a device, expected files and directories only")
	case tar.TypeFifo:
		return "", fmt.Errorf("it is a named pipe, expected files and directories only")
	}
	return "", fmt.Errorf("it is of tar type %q, expected files and directories only", h.Typeflag)
}

// gnuDumpDir is the type of a directory in an incremental GNU backup.
const gnuDumpDir = 'D'

// plain reports whether npm's tar reads the entry's name as archive/tar does: it passes over PAX records that are not.
func plain(h *tar.Header) bool {
	name := h.PAXRecords["path"]
	return utf8.ValidString(name) && !strings.Contains(name, "\n")
}

// sparse refuses files that archive/tar would fill up with zeros, where npm takes the stored bytes for the content.
func sparse(h *tar.Header) error {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return fmt.Errorf("it is a sparse file, expected whole files")
		}
	}
	return nil
}

// fileMode is what a file of this mode gets from npm: all may read, and with a umask of 022 only root writes. setuid and setgid
// do not survive, as they do not when npm is run by anyone but root.
func fileMode(mode int64) uint32 { return (uint32(mode) | 0o666) & 0o1777 &^ 0o022 }

// ignores knows the .npmignore files of a tarball so far: npm takes a .gitignore for an .npmignore, unless the real one has come
// before. If it comes after, it replaces the content.
type ignores map[string]bool

// apply renames m as npm does, and reports whether m remains.
func (seen *ignores) apply(m *member) bool {
	switch path.Base(m.name) {
	case ".npmignore":
		if *seen == nil {
			*seen = ignores{}
		}
		(*seen)[path.Dir(m.name)] = true
	case ".gitignore":
		m.renamed = true
		m.place = strings.TrimSuffix(m.place, ".gitignore") + ".npmignore"
		return !(*seen)[path.Dir(m.name)]
	}
	return true
}

// notEOF keeps an early end of the input from being taken for the regular one.
func notEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
