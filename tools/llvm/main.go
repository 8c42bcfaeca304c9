// SPDX-License-Identifier: Apache-2.0

// Command llvm starts the program of the pinned compiler that it is called as, with the C library and the loader that come with
// it, so that the host may have any or none. It expects to lie in a directory beside libexec (the programs) and lib:
//
//	bin/clang      this program
//	libexec/clang  the real one
//	lib/           the loader, and all shared libraries
//
// Unlike other tools here it has no flags: its arguments are those of the program.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	err := start(os.Args, os.Environ(), syscall.Exec)
	fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
	os.Exit(1)
}

const loader = "ld-linux-x86-64.so.2"

// start replaces this process by the program that args[0] stands for. It returns only if that goes wrong.
func start(args, environment []string, execute func(path string, args, environment []string) error) error {
	self, err := located(args[0])
	if err != nil {
		return fmt.Errorf("finding where %q lies: %w", args[0], err)
	}
	root := filepath.Dir(filepath.Dir(self))
	lib := filepath.Join(root, "lib")
	command := command(root, self, args[1:])
	if err := execute(filepath.Join(lib, loader), command, hermetic(environment)); err != nil {
		return fmt.Errorf("starting the loader %q: %w; the compiler needs an x86-64 Linux machine and all its files", filepath.Join(lib, loader), err)
	}
	return nil
}

// located returns a path of the program that was started as argv0. Links are not followed: a sandbox links to every input, and beside
// the link stands what else is an input.
func located(argv0 string) (string, error) {
	if strings.Contains(argv0, "/") {
		return argv0, nil
	}
	return exec.LookPath(argv0)
}

// command is the loader's command line, see ld.so(8). The program gets its name as it was called, which tells it what to be
// (clang++, llvm-ranlib) and where its helpers are.
func command(root, self string, args []string) []string {
	name := filepath.Base(self)
	line := []string{
		loader, "--inhibit-cache", "--library-path", filepath.Join(root, "lib"), "--argv0", self, filepath.Join(root, "libexec", name),
	}
	if isDriver(name, args) {
		// Else it takes the loader, which /proc/self/exe is, for itself.
		line = append(line, "-no-canonical-prefixes")
	}
	return append(line, args...)
}

func isDriver(name string, args []string) bool {
	return strings.HasPrefix(name, "clang") && (len(args) == 0 || !strings.HasPrefix(args[0], "-cc1"))
}

// hermetic leaves out what would bring the host's libraries, headers or settings in.
func hermetic(environment []string) []string {
	var kept []string
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		switch name {
		case "CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH", "LIBRARY_PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX",
			"CCC_OVERRIDE_OPTIONS", "CLANG_CONFIG_FILE_SYSTEM_DIR", "CLANG_CONFIG_FILE_USER_DIR":
		default:
			if !strings.HasPrefix(name, "LD_") && !strings.HasPrefix(name, "GLIBC_") {
				kept = append(kept, variable)
			}
		}
	}
	return kept
}
