// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"fmt"
	"strings"
)

const maxMode = 0o7777

// Owners above are reserved (-1 as uid_t), and no tar field needs to hold them.
const maxID = 1<<32 - 2

// check says what is wrong with an entry by itself.
func check(e Entry) error {
	if err := CheckPath(e.Path); err != nil {
		return err
	}
	switch {
	case e.Type != File && e.Type != Dir && e.Type != Symlink:
		return fmt.Errorf("the entry is of %v, expected a file, directory or symlink", e.Type)
	case e.Mode > maxMode:
		return fmt.Errorf("the mode is %#o, expected at most %#o", e.Mode, maxMode)
	case e.UID < 0 || e.UID > maxID || e.GID < 0 || e.GID > maxID:
		return fmt.Errorf("the owner is %d:%d, expected numbers from 0 to %d", e.UID, e.GID, maxID)
	case e.Type != File && e.Size != 0 || e.Size < 0:
		return fmt.Errorf("the size of the %v is %d", e.Type, e.Size)
	case e.Type == Symlink && (e.Target == "" || strings.ContainsRune(e.Target, 0)):
		return fmt.Errorf("the symlink's target is %q", e.Target)
	case e.Type != Symlink && e.Target != "":
		return fmt.Errorf("the %v has the target %q, which only a symlink has", e.Type, e.Target)
	}
	return nil
}
