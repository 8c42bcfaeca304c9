// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"fmt"

	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

// tarballs is the list of files by the integrity that names them.
type tarballs struct {
	file  string
	lines []wire.Tarball
	byKey map[string]string
	taken map[string]bool
}

func newTarballs(file string, lines []wire.Tarball) (*tarballs, error) {
	t := &tarballs{file: file, lines: lines, byKey: map[string]string{}, taken: map[string]bool{}}
	for _, line := range lines {
		if line.Integrity == "" || line.File == "" {
			return nil, fmt.Errorf("reading list of tarballs %q: got integrity %q and file %q, expected both", file, line.Integrity, line.File)
		}
		if other, ok := t.byKey[line.Integrity]; ok {
			return nil, fmt.Errorf("reading list of tarballs %q: %q and %q both have the integrity %q, expected one file for each",
				file, other, line.File, line.Integrity)
		}
		t.byKey[line.Integrity] = line.File
	}
	return t, nil
}

func (t *tarballs) take(integrity string) (string, error) {
	if integrity == "" {
		return "", fmt.Errorf("it has no integrity, which names its tarball; expected one for a package that is not bundled")
	}
	file, ok := t.byKey[integrity]
	if !ok {
		return "", fmt.Errorf("the list of tarballs %q has none of integrity %q; make plan and list from the same lockfile", t.file, integrity)
	}
	t.taken[integrity] = true
	return file, nil
}

func (t *tarballs) unused(planFile string) error {
	for _, line := range t.lines {
		if !t.taken[line.Integrity] {
			return fmt.Errorf("reading list of tarballs %q: no package of the plan %q has the integrity %q of %q; make plan and list from the same lockfile",
				t.file, planFile, line.Integrity, line.File)
		}
	}
	return nil
}
