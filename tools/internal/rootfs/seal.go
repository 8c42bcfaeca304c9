// SPDX-License-Identifier: Apache-2.0

package rootfs

import (
	"fmt"
	"io/fs"
	"slices"
)

// Seal gives every file on disk the mode that user is granted, in all three classes, because in the sandbox every file belongs to
// the user. The sticky bit is kept, setuid and setgid would mean another user than the image's. Nothing may be unpacked or written afterwards.
func (r *Root) Seal(user User) error {
	entries := r.Tree.Entries()
	// Deepest first: a directory that the user may not enter closes the way to what is below it.
	slices.Reverse(entries)
	for _, e := range entries {
		if e.Kind != File && e.Kind != Dir {
			continue
		}
		mode := user.granted(e)
		if r.own[e.relative()] {
			mode = 0o444
		}
		if err := r.disk.Chmod(e.relative(), mode); err != nil {
			return fmt.Errorf("setting the mode of %q: %w", e.Path, err)
		}
	}
	return nil
}

// granted is what the kernel's owner, group, other rule gives the user, copied to the three classes. Root may read and write
// everything, and execute what anybody may: engines leave it CAP_DAC_OVERRIDE (capabilities(7)).
func (u User) granted(e *Entry) fs.FileMode {
	var bits int64
	switch {
	case u.UID == 0:
		bits = 0o6
		if e.Kind == Dir || e.Mode&0o111 != 0 {
			bits = 0o7
		}
	case e.UID == u.UID:
		bits = e.Mode >> 6 & 0o7
	case e.GID == u.GID || slices.Contains(u.Groups, e.GID):
		bits = e.Mode >> 3 & 0o7
	default:
		bits = e.Mode & 0o7
	}
	mode := fs.FileMode(bits | bits<<3 | bits<<6)
	if e.Mode&0o1000 != 0 {
		mode |= fs.ModeSticky
	}
	return mode
}
