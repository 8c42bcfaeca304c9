// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"path/filepath"
	"slices"
)

// configSite is what libc++'s cmake would write. _LIBCPP_TYPEINFO_COMPARISON_IMPLEMENTATION 2 compares types by name: programs and the
// shared objects they load each have libc++ in them, so one type may have several type_info objects.
const configSite = `#ifndef _LIBCPP___CONFIG_SITE
#define _LIBCPP___CONFIG_SITE
#define _LIBCPP_ABI_VERSION 1
#define _LIBCPP_ABI_NAMESPACE __1
#define _LIBCPP_HAS_MUSL_LIBC
#define _LIBCPP_HAS_THREAD_API_PTHREAD
#define _LIBCPP_HAS_NO_VENDOR_AVAILABILITY_ANNOTATIONS
#define _LIBCPP_HAS_NO_TIME_ZONE_DATABASE
#define _LIBCPP_TYPEINFO_COMPARISON_IMPLEMENTATION 2
#define _LIBCPP_PSTL_BACKEND_STD_THREAD 1
#define _LIBCPP_HARDENING_MODE_DEFAULT 2
#endif
`

// library says how one of LLVM's C++ runtime libraries is made.
type library struct {
	// name of its directory in LLVM's source, and of its archive.
	dir, archive string
	// lists are the variables of src/CMakeLists.txt that name its sources, but for those in leaveOut.
	lists, leaveOut []string
	// headers are the directories of LLVM's source it needs besides its own.
	headers []string
	flags   []string
	c, cxx  []string
}

// libunwind walks stacks. It must not need C++ itself, yet be walked through.
func libunwind(ctx context.Context, b *build) error {
	return b.library(ctx, library{
		dir: "libunwind", archive: "libunwind.a",
		lists: []string{"LIBUNWIND_CXX_SOURCES", "LIBUNWIND_C_SOURCES", "LIBUNWIND_ASM_SOURCES"},
		// Unwind_AIXExtras.cpp is empty for us, but not by itself.
		leaveOut: []string{"Unwind_AIXExtras.cpp"},
		headers:  []string{"libunwind/include"},
		flags:    []string{"-D_LIBUNWIND_IS_NATIVE_ONLY", "-fstrict-aliasing", "-funwind-tables"},
		c:        []string{"-std=c99"},
		cxx:      []string{"-std=c++17", "-nostdinc++", "-fno-exceptions", "-fno-rtti"},
	})
}

// libcxxabi is the part of C++ that compilers call: exceptions, type information, operator new. musl has no
// __cxa_thread_atexit_impl, so HAVE___CXA_THREAD_ATEXIT_IMPL is not among the flags.
func libcxxabi(ctx context.Context, b *build) error {
	return b.library(ctx, library{
		dir: "libcxxabi", archive: "libc++abi.a",
		lists: []string{"LIBCXXABI_SOURCES"}, leaveOut: []string{"cxa_noexception.cpp"},
		headers: []string{"libcxx/src"},
		flags:   []string{"-fstrict-aliasing", "-D_LIBCXXABI_BUILDING_LIBRARY", "-D_LIBCPP_BUILDING_LIBRARY", "-DLIBCXXABI_USE_LLVM_UNWINDER"},
		cxx:     []string{"-std=c++23"},
	})
}

// libcxx is the standard library. Its archive has the other two in it, so that -lc++ is all a link needs.
func libcxx(ctx context.Context, b *build) error {
	return b.library(ctx, library{
		dir: "libcxx", archive: "libc++.a",
		lists: []string{"LIBCXX_SOURCES"},
		// operator new is libc++abi's; 128-bit arithmetic is compiler-rt's.
		leaveOut: []string{
			"new.cpp", "filesystem/int128_builtins.cpp", "support/win32/compiler_rt_shims.cpp", "support/win32/locale_win32.cpp",
			"support/win32/support.cpp", "support/win32/thread_win32.cpp", "support/ibm/mbsnrtowcs.cpp", "support/ibm/wcsnrtombs.cpp",
			"support/ibm/xlocale_zos.cpp",
		},
		headers: []string{"libcxxabi/include"},
		flags: []string{
			"-faligned-allocation", "-fsized-deallocation", "-fvisibility=hidden", "-fvisibility-inlines-hidden",
			"-D_LIBCPP_BUILDING_LIBRARY", "-D_LIBCPP_REMOVE_TRANSITIVE_INCLUDES", "-DLIBCXX_BUILDING_LIBCXXABI",
		},
		cxx: []string{"-std=c++23"},
	})
}

func (b *build) library(ctx context.Context, l library) error {
	root, err := b.unpack(append(l.headers, l.dir+"/src")...)
	if err != nil {
		return err
	}
	all, err := l.units(root)
	if err != nil {
		return err
	}
	flags := slices.Concat([]string{"-O2", "-DNDEBUG", "-I" + filepath.Join(root, l.dir, "src")}, l.flags)
	for _, dir := range l.headers {
		flags = append(flags, "-I"+filepath.Join(root, dir))
	}
	members, err := b.compile(ctx, flags, all)
	if err != nil {
		return err
	}
	// The trees after the first are the libraries to take in.
	for _, tree := range b.trees[1:] {
		some, err := filepath.Glob(filepath.Join(tree, "usr/lib/*.a"))
		if err != nil {
			return err
		}
		members = append(members, some...)
	}
	return b.archive(ctx, "usr/lib/"+l.archive, members...)
}

func (l library) units(root string) ([]unit, error) {
	file := filepath.Join(root, l.dir, "src/CMakeLists.txt")
	lists, err := sourceLists(file)
	if err != nil {
		return nil, err
	}
	var sources []string
	for _, name := range l.lists {
		some, err := list(lists, file, name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, some...)
	}
	sources = slices.DeleteFunc(sources, func(source string) bool { return slices.Contains(l.leaveOut, source) })
	all := units(filepath.Join(root, l.dir, "src"), l.dir, sources)
	for i, u := range all {
		switch filepath.Ext(u.source) {
		case ".c":
			all[i].flags = l.c
		case ".cpp":
			all[i].flags = append([]string{"-stdlib=libc++"}, l.cxx...)
		}
	}
	return all, nil
}
