// SPDX-License-Identifier: Apache-2.0

package elf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadsTheRunningTest(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := Read(self)
	if err != nil {
		t.Fatal(err)
	}
	if program.ExecutableStack {
		t.Error("found an executable stack in a Go program")
	}
	absent := strings.Repeat("not in there", 1+len(t.Name()))
	if got := program.Mentions("go:buildid", absent); len(got) > 1 {
		t.Errorf("Mentions found %q", got)
	}
}

func TestRefusesWhatIsNotELF(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nexec true and more\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := Read(path)
	if err == nil || !strings.HasPrefix(err.Error(), `reading ELF file "`+path+`": bad magic number`) {
		t.Errorf("got %v, want a refusal that names the file", err)
	}
}
