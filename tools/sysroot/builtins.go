// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
)

// builtins makes compiler-rt's builtins, libatomic, crtbegin and crtend: what the compiler itself may call.
func builtins(ctx context.Context, b *build) error {
	source, err := b.unpack("compiler-rt/lib/builtins")
	if err != nil {
		return err
	}
	dir := source + "/compiler-rt/lib/builtins"
	all, err := b.builtinUnits(dir)
	if err != nil {
		return err
	}
	objects, err := b.compile(ctx, builtinFlags, all)
	if err != nil {
		return err
	}
	if err := b.archive(ctx, resourceDir+"/lib/linux/libclang_rt.builtins-"+b.arch+".a", objects...); err != nil {
		return err
	}
	// Its locks must be one set per process, so it is not hidden in every module like the builtins.
	atomic, err := b.compile(ctx, []string{"-O2", "-std=c11"}, units(dir, "atomic", []string{"atomic.c"}))
	if err != nil {
		return err
	}
	if err := b.archive(ctx, "usr/lib/libatomic.a", atomic...); err != nil {
		return err
	}
	return b.crt(ctx, dir)
}

// The flags that cmake would find by asking the compiler.
var builtinFlags = []string{
	"-O2", "-std=c11", "-fno-builtin", "-fvisibility=hidden", "-fomit-frame-pointer", "-fno-lto",
	"-DVISIBILITY_HIDDEN", "-DCOMPILER_RT_HAS_FLOAT16", "-DCOMPILER_RT_HAS_BFLOAT16",
}

func (b *build) crt(ctx context.Context, dir string) error {
	objects, err := b.compile(ctx, []string{"-O2", "-std=c11", "-DCRT_HAS_INITFINI_ARRAY"}, units(dir, "crt", []string{"crtbegin.c", "crtend.c"}))
	if err != nil {
		return err
	}
	for i, name := range []string{"crtbegin", "crtend"} {
		if err := b.copyFile(objects[i], resourceDir+"/lib/linux/clang_rt."+name+"-"+b.arch+".o"); err != nil {
			return err
		}
	}
	return nil
}

// builtinUnits lists the builtins of the target. A source in the architecture's own directory stands for the generic one of the same name.
func (b *build) builtinUnits(dir string) ([]unit, error) {
	file := dir + "/CMakeLists.txt"
	lists, err := sourceLists(file)
	if err != nil {
		return nil, err
	}
	names := []string{"GENERIC_SOURCES", "GENERIC_TF_SOURCES", "BF16_SOURCES"}
	if b.arch == "x86_64" {
		names = append(names, "x86_ARCH_SOURCES", "x86_80_BIT_SOURCES", "x86_64_SOURCES")
	} else {
		names = append(names, "aarch64_SOURCES")
	}
	var sources []string
	for _, name := range names {
		some, err := list(lists, file, name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, some...)
	}
	sources = slices.DeleteFunc(sources, isNotForLinux)
	found := units(dir, "builtins", withoutReplaced(sources))
	if b.arch == "aarch64" {
		found = append(found, outlineAtomics(dir)...)
	}
	return found, nil
}

// isNotForLinux names what the lists have under a condition that does not hold for us: other systems, locks (they are in
// libatomic), and streaming vectors, which no compiler flag of ours turns on.
func isNotForLinux(source string) bool {
	return strings.HasPrefix(source, "atomic") || strings.HasSuffix(source, "/chkstk.S") || strings.HasPrefix(source, "aarch64/sme-")
}

func withoutReplaced(sources []string) []string {
	stem := func(source string) string { return strings.TrimSuffix(path.Base(source), path.Ext(source)) }
	replaced := map[string]bool{}
	for _, source := range sources {
		if strings.Contains(source, "/") {
			replaced[stem(source)] = true
		}
	}
	return slices.DeleteFunc(sources, func(source string) bool { return !strings.Contains(source, "/") && replaced[stem(source)] })
}

// outlineAtomics are the helpers that clang calls for atomics on aarch64: one source, compiled once per operation, size and memory model.
func outlineAtomics(dir string) []unit {
	var found []unit
	for _, operation := range []string{"cas", "swp", "ldadd", "ldclr", "ldeor", "ldset"} {
		for _, size := range []int{1, 2, 4, 8, 16} {
			for model := 1; model <= 5; model++ {
				if size == 16 && operation != "cas" {
					continue
				}
				found = append(found, unit{
					source: dir + "/aarch64/lse.S",
					object: fmt.Sprintf("builtins/outline_atomic_%s%d_%d.o", operation, size, model),
					flags:  []string{"-I" + dir, "-DL_" + operation, fmt.Sprintf("-DSIZE=%d", size), fmt.Sprintf("-DMODEL=%d", model), "-DHAS_ASM_LSE"},
				})
			}
		}
	}
	return found
}
