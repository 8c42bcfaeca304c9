// SPDX-License-Identifier: Apache-2.0

// Package elf tells what a program asks of the system that loads it: what a test of a toolchain or an image is about, and what
// readelf would have to be read for.
package elf

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"strings"
)

// Program is what an executable or a shared object says about itself.
type Program struct {
	Machine elf.Machine
	// Interpreter is the loader's path, or "" if there is none.
	Interpreter string
	// Needed are the names of shared objects, in the file's order.
	Needed []string
	// RunPath are the directories to look for them, whether they stand in RPATH or RUNPATH.
	RunPath []string
	// PositionIndependent programs are loaded at a random address.
	PositionIndependent bool
	// BindNow and ReadOnlyRelocations together leave no table of addresses that can be written to.
	BindNow, ReadOnlyRelocations bool
	ExecutableStack              bool
	content                      []byte
}

// Read reads the file at path.
func Read(path string) (*Program, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("reading ELF file %q: %w", path, err)
	}
	defer file.Close()
	program := &Program{Machine: file.Machine, PositionIndependent: file.Type == elf.ET_DYN, content: content}
	for _, segment := range file.Progs {
		if err := program.segment(segment); err != nil {
			return nil, fmt.Errorf("reading ELF file %q: %w", path, err)
		}
	}
	if err := program.dynamic(file); err != nil {
		return nil, fmt.Errorf("reading ELF file %q: %w", path, err)
	}
	return program, nil
}

func (p *Program) segment(segment *elf.Prog) error {
	switch segment.Type {
	case elf.PT_INTERP:
		text := make([]byte, segment.Filesz)
		if _, err := segment.ReadAt(text, 0); err != nil {
			return err
		}
		p.Interpreter = strings.TrimRight(string(text), "\x00")
	case elf.PT_GNU_RELRO:
		p.ReadOnlyRelocations = true
	case elf.PT_GNU_STACK:
		p.ExecutableStack = segment.Flags&elf.PF_X != 0
	}
	return nil
}

func (p *Program) dynamic(file *elf.File) error {
	if file.SectionByType(elf.SHT_DYNAMIC) == nil {
		return nil
	}
	needed, err := file.DynString(elf.DT_NEEDED)
	if err != nil {
		return err
	}
	p.Needed = needed
	for _, tag := range []elf.DynTag{elf.DT_RPATH, elf.DT_RUNPATH} {
		paths, err := file.DynString(tag)
		if err != nil {
			return err
		}
		for _, path := range paths {
			p.RunPath = append(p.RunPath, strings.Split(path, ":")...)
		}
	}
	flags, err := file.DynValue(elf.DT_FLAGS)
	if err != nil {
		return err
	}
	for _, flag := range flags {
		p.BindNow = p.BindNow || elf.DynFlag(flag)&elf.DF_BIND_NOW != 0
	}
	return nil
}

// Mentions returns those of the texts that stand anywhere in the file.
func (p *Program) Mentions(texts ...string) []string {
	var found []string
	for _, text := range texts {
		if bytes.Contains(p.content, []byte(text)) {
			found = append(found, text)
		}
	}
	return found
}
