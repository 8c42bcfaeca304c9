// SPDX-License-Identifier: Apache-2.0

// Package archive writes and reads container layers. The bytes of a layer follow from its entries alone: no clock, no user, no
// core count, no locale. It knows nothing of images, of npm, or of the files that tools exchange.
package archive

import (
	"cmp"
	"fmt"
	"slices"
)

// Type is what stands at a path.
type Type byte

// Layers hold nothing else: a hard link, a device or a pipe is an error, reading and writing.
const (
	File    Type = '-'
	Dir     Type = 'd'
	Symlink Type = 'l'
)

// Entry describes one path of a layer.
type Entry struct {
	// Path is relative to the image's root, slash separated and clean, without a trailing slash: "usr/src/app/server.js".
	Path string
	Type Type
	// Mode is the permission bits, with setuid (04000), setgid (02000) and sticky (01000).
	Mode     uint32
	UID, GID int
	// Size of a file's content in bytes, else 0.
	Size int64
	// Target of a symlink, as stored.
	Target string
}

// A Layer is what is known of a written layer.
type Layer struct {
	MediaType string
	// Digest and Size are those of the compressed blob, DiffID and UncompressedSize those of the tar stream in it.
	// Digests are "sha256:" and 64 hex digits.
	Digest           string
	Size             int64
	DiffID           string
	UncompressedSize int64
	// Entries of the layer, sorted by path, implied parent directories included.
	Entries []Entry
}

func (t Type) String() string {
	switch t {
	case File:
		return "file"
	case Dir:
		return "directory"
	case Symlink:
		return "symlink"
	}
	return fmt.Sprintf("type %q", byte(t))
}

func sortEntries(entries []Entry) {
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Compare(a.Path, b.Path) })
}
