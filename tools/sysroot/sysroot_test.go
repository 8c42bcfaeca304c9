// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// file writes a file below dir, with its directories.
func file(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDoesWhatMuslsSedDoes(t *testing.T) {
	const in = "#define _Int64 long\nTYPEDEF unsigned _Int64 size_t;\nSTRUCT timeval { time_t tv_sec; };\nUNION  u { int a; };\n"
	const want = `#define _Int64 long
#if defined(__NEED_size_t) && !defined(__DEFINED_size_t)
typedef unsigned _Int64 size_t;
#define __DEFINED_size_t
#endif

#if defined(__NEED_struct_timeval) && !defined(__DEFINED_struct_timeval)
struct timeval { time_t tv_sec; };
#define __DEFINED_struct_timeval
#endif

#if defined(__NEED_union_u) && !defined(__DEFINED_union_u)
union u { int a; };
#define __DEFINED_union_u
#endif

`
	if got := allTypes(in); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := sysCalls("#define __NR_read 0\n/* x */\n"), "#define __NR_read 0\n/* x */\n#define SYS_read 0\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReadsListsOfSources(t *testing.T) {
	path := file(t, t.TempDir(), "CMakeLists.txt", `
set(A_SOURCES # not this.c
  one.c
  dir/two.S
  ${OTHER}
)
if(X)
  list(APPEND A_SOURCES three.cpp h.h)
endif()
set(EMPTY)
`)
	lists, err := sourceLists(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"one.c", "dir/two.S", "three.cpp", "h.h"}; !slices.Equal(lists["A_SOURCES"], want) {
		t.Errorf("got %q, want %q", lists["A_SOURCES"], want)
	}
	var got []string
	for _, u := range units("src", "obj", lists["A_SOURCES"]) {
		got = append(got, u.source+" "+u.object)
	}
	if want := []string{"src/one.c obj/one.c.o", "src/dir/two.S obj/dir_two.S.o", "src/three.cpp obj/three.cpp.o"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err = list(lists, path, "B_SOURCES")
	want := fmt.Sprintf(`reading %q: it sets no list "B_SOURCES"; the version of LLVM is not one this tool knows`, path)
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestArchitecturesSourceReplacesTheGenericOne(t *testing.T) {
	got := withoutReplaced([]string{"fp_mode.c", "adddf3.c", "x86_64/fp_mode.S"})
	if want := []string{"adddf3.c", "x86_64/fp_mode.S"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	dir := t.TempDir()
	for _, name := range []string{"src/string/memcpy.c", "src/string/x86_64/memcpy.s", "src/string/aarch64/memcpy.S", "src/exit/exit.c", "crt/crt1.c", "ldso/dlstart.c"} {
		file(t, dir, name, "")
	}
	b := build{musl: dir, arch: "x86_64"}
	library, loader, start, err := b.muslUnits()
	if err != nil {
		t.Fatal(err)
	}
	var sources []string
	for _, u := range slices.Concat(library, loader, start) {
		sources = append(sources, strings.TrimPrefix(u.source, dir+"/")+" "+strings.Join(u.flags, " "))
	}
	want := []string{"src/exit/exit.c -Os", "src/string/x86_64/memcpy.s -O3", "ldso/dlstart.c -Os", "crt/crt1.c -Os"}
	if !slices.Equal(sources, want) {
		t.Errorf("got %q, want %q", sources, want)
	}
}

func TestOutlineAtomicsAreComplete(t *testing.T) {
	// Five operations on four sizes, compare-and-swap on five; each in five memory models.
	if got := len(outlineAtomics("dir")); got != (5*4+5)*5 {
		t.Errorf("got %d units, want 125", got)
	}
}

func TestReducesTheSourceToWhatIsWanted(t *testing.T) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, name := range []string{"llvm-19/README", "llvm-19/libcxx/src/new.cpp", "llvm-19/libcxx/test/t.cpp", "llvm-19/libcxx/LICENSE.TXT"} {
		if err := w.WriteHeader(&tar.Header{Name: name, Size: 4, Mode: 0o600, Uid: 7}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, "text")
	}
	w.Close()
	out := filepath.Join(t.TempDir(), "out.tar")
	kept, err := reduce(out, bytes.NewReader(archive.Bytes()))
	if err != nil || kept != 2 {
		t.Fatalf("kept %d, %v, want 2", kept, err)
	}
	b := build{llvm: out, out: filepath.Join(t.TempDir(), "part")}
	root, err := b.unpack("libcxx/src")
	if err != nil {
		t.Fatal(err)
	}
	files, err := walk(root)
	if want := []string{"libcxx/src/new.cpp"}; err != nil || !slices.Equal(files, want) {
		t.Errorf("unpacked %q, %v, want %q", files, err, want)
	}
}

func TestTwoPartsMustNotHaveTheSameFile(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "a/usr/lib/libc.a", "")
	file(t, dir, "b/usr/lib/libc.a", "")
	out := filepath.Join(dir, "out")
	args := []string{"--part=everything", "--out=" + out, "--tree=" + filepath.Join(dir, "a"), "--tree=" + filepath.Join(dir, "b")}
	err := run(t.Context(), args, io.Discard, io.Discard)
	want := fmt.Sprintf(`building part "everything": copying %q: open %s: file exists`, filepath.Join(dir, "b/usr/lib/libc.a"), filepath.Join(out, "usr/lib/libc.a"))
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("the output is still there: %v", err)
	}
}

func TestRefusesAWrongCall(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"--part=glibc --out=x", `--part is "glibc": want one of builtins, everything, headers, libc++, libc++abi, libunwind, musl, sources`},
		{"--part=musl --out=x --arch=riscv64", `--arch is "riscv64": want x86_64 or aarch64`},
		{"--part=musl --out=x --jobs=0", `--jobs is 0: want at least 1`},
		{"--part=musl", `--out is required`},
	} {
		if err := run(t.Context(), strings.Fields(test.args), io.Discard, io.Discard); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", test.args, err, test.want)
		}
	}
}

func TestShowsWhatTheCompilerSaid(t *testing.T) {
	dir := t.TempDir()
	file(t, dir, "clang", "#!/bin/sh\necho 'a.c:1: no'\nexit 1\n")
	b := build{bin: dir, out: filepath.Join(dir, "out"), jobs: 2, arch: "x86_64"}
	_, err := b.compile(t.Context(), []string{"-O2"}, []unit{{source: "a.c", object: "a.o"}})
	if err == nil || !strings.HasSuffix(err.Error(), "-c a.c -o "+filepath.Join(dir, "out.work/a.o")+": exit status 1\na.c:1: no\n") {
		t.Errorf("got %v, want the command and what it printed", err)
	}
}
