// SPDX-License-Identifier: Apache-2.0

// Package payload is the program that tests put into images. It is the test's own executable, started under another name: no
// compiler and no download is at hand in a test. Only tests import it.
package payload

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Path of the program in the image.
const Path = "/payload"

// PausePath is a program that waits for ever and handles no signal. A Go program always handles some.
const PausePath = "/pause"

// Main runs the payload if the process was started as it, and then does not return. Call it first thing in TestMain.
func Main() {
	if filepath.Base(os.Args[0]) == filepath.Base(Path) {
		os.Exit(run(os.Args[1:]))
	}
}

// Files are what an image must hold to run the payload: content by absolute path, all to be executable. A dynamically linked test
// brings its loader and libraries.
func Files() (map[string][]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	program, err := os.ReadFile(self)
	if err != nil {
		return nil, err
	}
	pause, err := pauseProgram()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{Path: program, PausePath: pause}
	return files, addLibraries(files, self)
}

var libraryDirs = []string{
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
}

// addLibraries adds what the ELF file at path is linked with, and what that is.
func addLibraries(files map[string][]byte, path string) error {
	program, err := elf.Open(path)
	if err != nil {
		return err
	}
	defer program.Close()
	for _, segment := range program.Progs {
		if segment.Type != elf.PT_INTERP {
			continue
		}
		name := make([]byte, segment.Filesz-1)
		if _, err := segment.ReadAt(name, 0); err != nil {
			return err
		}
		if err := add(files, string(name)); err != nil {
			return err
		}
	}
	libraries, err := program.ImportedLibraries()
	if err != nil {
		return err
	}
	for _, library := range libraries {
		file, err := find(library)
		if err != nil {
			return err
		}
		if files[file] != nil {
			continue
		}
		if err := add(files, file); err != nil {
			return err
		}
		if err := addLibraries(files, file); err != nil {
			return err
		}
	}
	return nil
}

func add(files map[string][]byte, path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	files[path] = content
	return nil
}

func find(library string) (string, error) {
	for _, dir := range libraryDirs {
		file := filepath.Join(dir, library)
		if _, err := os.Stat(file); err == nil {
			return file, nil
		}
	}
	return "", fmt.Errorf("looking for the test's library %q: found in none of %q", library, libraryDirs)
}

// pauseProgram is an ELF file of one segment: a loop around ppoll(NULL, 0, NULL, NULL).
func pauseProgram() ([]byte, error) {
	machine, code := elf.EM_NONE, []byte(nil)
	switch runtime.GOARCH {
	case "amd64":
		machine, code = elf.EM_X86_64, []byte{
			0x31, 0xff, 0x31, 0xf6, 0x31, 0xd2, 0x4d, 0x31, 0xd2, // xor edi, esi, edx, r10
			0xb8, 0x0f, 0x01, 0x00, 0x00, // mov eax, 271
			0x0f, 0x05, // syscall
			0xeb, 0xee, // jmp to the start
		}
	case "arm64":
		machine, code = elf.EM_AARCH64, []byte{
			0x00, 0x00, 0x80, 0xd2, 0x01, 0x00, 0x80, 0xd2, // mov x0, 0; mov x1, 0
			0x02, 0x00, 0x80, 0xd2, 0x03, 0x00, 0x80, 0xd2, // mov x2, 0; mov x3, 0
			0x28, 0x09, 0x80, 0xd2, // mov x8, 73
			0x01, 0x00, 0x00, 0xd4, // svc 0
			0xfa, 0xff, 0xff, 0x17, // b to the start
		}
	default:
		return nil, fmt.Errorf("making the pause program: found architecture %s, expected amd64 or arm64", runtime.GOARCH)
	}
	const base, headers = 0x400000, 64 + 56
	size := uint64(headers + len(code))
	header := elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_EXEC), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT),
		Entry: base + headers, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1,
	}
	segment := elf.Prog64{
		Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X), Vaddr: base, Paddr: base, Filesz: size, Memsz: size, Align: 0x10000,
	}
	file, err := binary.Append(nil, binary.LittleEndian, header)
	if err != nil {
		return nil, err
	}
	if file, err = binary.Append(file, binary.LittleEndian, segment); err != nil {
		return nil, err
	}
	return append(file, code...), nil
}
