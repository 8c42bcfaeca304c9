// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestStartsTheProgramItIsCalledAs(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"out/bin/clang -c a.c", "out/libexec/clang -no-canonical-prefixes -c a.c"},
		{"/out/bin/clang++", "/out/libexec/clang++ -no-canonical-prefixes"},
		{"out/bin/clang -cc1 -triple x", "out/libexec/clang -cc1 -triple x"},
		{"out/bin/clang -cc1as a.s", "out/libexec/clang -cc1as a.s"},
		{"out/bin/ld.lld -v", "out/libexec/ld.lld -v"},
		{"out/bin/llvm-ar rcs lib.a", "out/libexec/llvm-ar rcs lib.a"},
	} {
		var path, line string
		err := start(strings.Fields(test.args), nil, func(loader string, args, _ []string) error {
			path, line = loader, strings.Join(args, " ")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		self, _, _ := strings.Cut(test.args, " ")
		root := strings.TrimSuffix(filepath.Dir(self), "/bin")
		want := "ld-linux-x86-64.so.2 --inhibit-cache --library-path " + root + "/lib --argv0 " + self + " " + test.want
		if path != root+"/lib/ld-linux-x86-64.so.2" || line != want {
			t.Errorf("%s: starts %s as\n%s\nwant\n%s", test.args, path, line, want)
		}
	}
}

func TestFindsItselfByPath(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "clang"), nil, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	if got, err := located("clang"); got != filepath.Join(dir, "clang") || err != nil {
		t.Errorf("found %q, %v, want it in %q", got, err, dir)
	}
	err := start([]string{"clang-99"}, nil, nil)
	if want := `finding where "clang-99" lies: exec: "clang-99": executable file not found in $PATH`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLeavesTheHostsSettingsOut(t *testing.T) {
	got := hermetic([]string{
		"PATH=/bin", "LD_PRELOAD=/x.so", "LD_LIBRARY_PATH=/x", "CPATH=/x", "LIBRARY_PATH=/x", "GLIBC_TUNABLES=x", "CCC_OVERRIDE_OPTIONS=+-O0", "TMPDIR=/t", "LDX=1",
	})
	if want := []string{"PATH=/bin", "TMPDIR=/t", "LDX=1"}; !slices.Equal(got, want) {
		t.Errorf("keeps %q, want %q", got, want)
	}
}

func TestSaysWhatTheCompilerNeeds(t *testing.T) {
	err := start([]string{"gone/bin/clang"}, nil, func(string, []string, []string) error { return errors.New("no such file or directory") })
	want := `starting the loader "gone/lib/ld-linux-x86-64.so.2": no such file or directory; the compiler needs an x86-64 Linux machine and all its files`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
