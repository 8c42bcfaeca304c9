// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// muslFlags are what musl's configure finds for clang. All objects are position independent: the static library then serves
// programs that are static and at a random address as well, and nothing is compiled twice.
var muslFlags = []string{
	"-std=c99", "-nostdinc", "-ffreestanding", "-frounding-math", "-fno-strict-aliasing", "-Wa,--noexecstack",
	"-fomit-frame-pointer", "-fno-unwind-tables", "-fno-asynchronous-unwind-tables", "-fno-stack-protector", "-D_XOPEN_SOURCE=700",
}

// emptyLibraries are for programs that name parts which musl has in libc.
var emptyLibraries = []string{"m", "rt", "pthread", "crypt", "util", "xnet", "resolv", "dl"}

// musl makes the C library, static and shared (which is also the loader), and the objects a program starts with.
func musl(ctx context.Context, b *build) error {
	flags, err := b.muslIncludes()
	if err != nil {
		return err
	}
	library, loader, start, err := b.muslUnits()
	if err != nil {
		return err
	}
	objects, err := b.compile(ctx, flags, library)
	if err != nil {
		return err
	}
	loaderObjects, err := b.compile(ctx, append(flags, "-Os"), loader)
	if err != nil {
		return err
	}
	if err := b.archive(ctx, "usr/lib/libc.a", objects...); err != nil {
		return err
	}
	for _, name := range emptyLibraries {
		if err := b.archive(ctx, "usr/lib/lib"+name+".a"); err != nil {
			return err
		}
	}
	if err := b.linkLibc(ctx, append(objects, loaderObjects...)); err != nil {
		return err
	}
	return b.startFiles(ctx, append(flags, "-Os", "-DCRT"), start)
}

// muslIncludes writes the headers that only musl's own build needs and returns the flags to find all of them.
func (b *build) muslIncludes() ([]string, error) {
	version, err := os.ReadFile(filepath.Join(b.musl, "VERSION"))
	if err != nil {
		return nil, err
	}
	internal := filepath.Join(b.work(), "internal")
	if err := os.MkdirAll(internal, 0o755); err != nil {
		return nil, err
	}
	text := `#define VERSION "` + strings.TrimSpace(string(version)) + "\"\n"
	if err := os.WriteFile(filepath.Join(internal, "version.h"), []byte(text), 0o644); err != nil {
		return nil, err
	}
	flags := append(slices.Clone(muslFlags), "-ffile-prefix-map="+b.musl+"/=")
	for _, dir := range []string{"arch/" + b.arch, "arch/generic"} {
		flags = append(flags, "-I"+filepath.Join(b.musl, dir))
	}
	flags = append(flags, "-I"+internal)
	for _, dir := range []string{"src/include", "src/internal"} {
		flags = append(flags, "-I"+filepath.Join(b.musl, dir))
	}
	return append(flags, "-I"+filepath.Join(b.trees[0], "usr/include"), "-I"+filepath.Join(b.musl, "include")), nil
}

// muslUnits lists musl's sources as its Makefile does: all of them, those in a directory of the architecture's name in place of
// the generic ones beside that directory.
func (b *build) muslUnits() (library, loader, start []unit, err error) {
	chosen := map[string]string{}
	for _, dir := range []string{"src/*", "src/malloc/mallocng", "crt", "ldso"} {
		for _, pattern := range []string{dir + "/*.c", dir + "/" + b.arch + "/*.[csS]"} {
			files, err := filepath.Glob(filepath.Join(b.musl, pattern))
			if err != nil {
				return nil, nil, nil, err
			}
			for _, file := range files {
				name, err := filepath.Rel(b.musl, file)
				if err != nil {
					return nil, nil, nil, err
				}
				object := strings.TrimSuffix(strings.Replace(name, "/"+b.arch+"/", "/", 1), filepath.Ext(name))
				chosen[object] = file
			}
		}
	}
	for object, file := range chosen {
		u := unit{source: file, object: object + ".o", flags: muslOptimization(object)}
		switch {
		case strings.HasPrefix(object, "ldso/"):
			loader = append(loader, u)
		case strings.HasPrefix(object, "crt/"):
			start = append(start, u)
		default:
			library = append(library, u)
		}
	}
	for _, units := range [][]unit{library, loader, start} {
		slices.SortFunc(units, func(a, b unit) int { return strings.Compare(a.object, b.object) })
	}
	return library, loader, start, nil
}

// muslOptimization is upstream's choice: speed for these, size for all others.
func muslOptimization(object string) []string {
	for _, dir := range []string{"src/internal/", "src/malloc/", "src/string/"} {
		if strings.HasPrefix(object, dir) {
			return []string{"-O3"}
		}
	}
	return []string{"-Os"}
}

func (b *build) linkLibc(ctx context.Context, objects []string) error {
	library, err := b.place("usr/lib/libc.so")
	if err != nil {
		return err
	}
	list := filepath.Join(b.work(), "libc.so.objects")
	if err := os.WriteFile(list, []byte(strings.Join(objects, "\n")), 0o644); err != nil {
		return err
	}
	err = b.tool(ctx, "clang", "--target="+b.triple(), "--no-default-config", "--ld-path="+filepath.Join(b.bin, "ld.lld"), "-nostdlib", "-shared",
		"-Wl,-e,_dlstart", "-Wl,--sort-section=alignment", "-Wl,--gc-sections", "-Wl,--hash-style=both", "-Wl,--no-undefined",
		"-Wl,--exclude-libs=ALL", "-Wl,--dynamic-list="+filepath.Join(b.musl, "dynamic.list"), "-Wl,--build-id=none", "-Wl,-z,relro,-z,now",
		"-o", library, "@"+list, filepath.Join(b.trees[1], resourceDir, "lib/linux/libclang_rt.builtins-"+b.arch+".a"))
	if err != nil {
		return err
	}
	// The same file under the name that programs have in them.
	return b.copyFile(library, "lib/ld-musl-"+b.arch+".so.1")
}

func (b *build) startFiles(ctx context.Context, flags []string, start []unit) error {
	objects, err := b.compile(ctx, flags, start)
	if err != nil {
		return err
	}
	for _, object := range objects {
		if err := b.copyFile(object, filepath.Join("usr/lib", filepath.Base(object))); err != nil {
			return err
		}
	}
	return b.copyFile(filepath.Join(b.musl, "COPYRIGHT"), "usr/share/licenses/musl/COPYRIGHT")
}
