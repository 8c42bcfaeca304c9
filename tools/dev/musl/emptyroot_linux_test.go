// SPDX-License-Identifier: Apache-2.0

package musl

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/sandbox"
)

func TestMain(m *testing.M) {
	sandbox.Init()
	os.Exit(m.Run())
}

const source = `#include <iostream>
#include <stdexcept>
#include <linux/types.h>
int main() { try { throw std::runtime_error("thrown"); } catch (const std::exception& e) { std::cout << e.what() << std::endl; } }
`

// emptyRoot is a root file system that holds the compiler, the sysroot and one source, and not a file more.
func emptyRoot(t *testing.T) string {
	t.Helper()
	environment(t, "ARCHITECTURE")
	root := t.TempDir()
	copyTree(t, runfile(t, "_main/toolchains/musl/compiler"), filepath.Join(root, "compiler"))
	copyTree(t, runfile(t, "_main/toolchains/musl/sysroot_amd64.complete"), filepath.Join(root, "musl"))
	copyTree(t, filepath.Join(root, "musl/lib"), filepath.Join(root, "lib"))
	for _, dir := range []string{"proc", "dev", "tmp"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "program.cc"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	return root
}

// copyTree copies what links lead to: in runfiles every file is one.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	entries, err := os.ReadDir(from)
	if err == nil {
		err = os.MkdirAll(to, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		source, target := filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())
		info, err := os.Stat(source)
		if err != nil {
			t.Fatal(err)
		}
		if info.IsDir() {
			copyTree(t, source, target)
		} else if err := copyFile(source, target); err != nil {
			t.Fatal(err)
		}
	}
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	defer out.Close()
	_, err = io.Copy(out, in)
	return err
}

// in runs a command in the root and returns what it wrote to standard output. Nothing stays in the root of what it did.
func in(t *testing.T, root string, command ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	process, err := sandbox.Start(t.Context(), sandbox.Spec{
		Root: root, UID: 65532, GID: 65532, Args: command, Env: []string{"TMPDIR=/tmp", "CPATH=/nowhere", "LD_PRELOAD=/nowhere.so"},
		Dir: "/tmp", Tmpfs: []string{"/tmp"}, Stdout: &stdout, Stderr: &stderr,
	})
	if err != nil {
		t.Fatal(err)
	}
	exit, err := process.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if exit.Code != 0 {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), exit, stderr.String())
	}
	return stdout.Bytes()
}

// Whatever the compiler takes from the host it does not find here.
func TestCompilesAndLinksWhereNoFileOfTheHostIs(t *testing.T) {
	root := emptyRoot(t)
	program := in(t, root, "/compiler/bin/clang++", "--target=x86_64-linux-musl", "--sysroot=/musl", "-resource-dir=/musl/lib/clang/19", "-stdlib=libc++",
		"-rtlib=compiler-rt", "-unwindlib=libunwind", "--ld-path=/compiler/bin/ld.lld", "-O2", "-o", "-", "/program.cc")
	if err := os.WriteFile(filepath.Join(root, "program"), program, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := string(in(t, root, "/program")); got != "thrown\n" {
		t.Errorf("the program printed %q, want %q", got, "thrown\n")
	}
	for _, tool := range []string{"llvm-ar", "llvm-nm", "llvm-objcopy", "llvm-ranlib", "llvm-readelf", "llvm-strip", "xz"} {
		if len(in(t, root, "/compiler/bin/"+tool, "--version")) == 0 {
			t.Errorf("%s --version printed nothing", tool)
		}
	}
}
