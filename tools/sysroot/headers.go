// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// headers makes the include directories of all parts: no library can be compiled without those of the others.
func headers(_ context.Context, b *build) error {
	source, err := b.unpack(licence, "libcxx/include", "libcxx/vendor", "libcxxabi/include", "libunwind/include")
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		b.muslHeaders,
		b.kernel,
		func() error { return b.copyTree(b.clangHeaders, resourceDir+"/include", b.isForTarget) },
		func() error { return b.cxxHeaders(source) },
		func() error { return b.licences(source) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// muslHeaders does what musl's `make install-headers` does.
func (b *build) muslHeaders() error {
	arch := filepath.Join(b.musl, "arch", b.arch, "bits")
	own, err := walk(arch)
	if err != nil {
		return err
	}
	isHeader := func(path string) bool { return filepath.Ext(path) == ".h" }
	if err := b.copyTree(filepath.Join(b.musl, "include"), "usr/include", isHeader); err != nil {
		return err
	}
	if err := b.copyTree(arch, "usr/include/bits", isHeader); err != nil {
		return err
	}
	notOwn := func(path string) bool { return isHeader(path) && !slices.Contains(own, path) }
	if err := b.copyTree(filepath.Join(b.musl, "arch/generic/bits"), "usr/include/bits", notOwn); err != nil {
		return err
	}
	return b.generatedMuslHeaders("usr/include/bits")
}

// generatedMuslHeaders writes the two headers that musl's Makefile makes with sed.
func (b *build) generatedMuslHeaders(dir string) error {
	var types strings.Builder
	for _, file := range []string{"arch/" + b.arch + "/bits/alltypes.h.in", "include/alltypes.h.in"} {
		text, err := os.ReadFile(filepath.Join(b.musl, file))
		if err != nil {
			return err
		}
		types.WriteString(allTypes(string(text)))
	}
	if err := b.write(dir+"/alltypes.h", types.String()); err != nil {
		return err
	}
	calls, err := os.ReadFile(filepath.Join(b.musl, "arch", b.arch, "bits/syscall.h.in"))
	if err != nil {
		return err
	}
	return b.write(dir+"/syscall.h", sysCalls(string(calls)))
}

var (
	typeLine  = regexp.MustCompile(`(?m)^TYPEDEF (.*) ([^ \n]*);$`)
	groupLine = regexp.MustCompile(`(?m)^(STRUCT|UNION) +([^ \n]*) (.*);$`)
	callLine  = regexp.MustCompile(`(?m)^.*__NR_.*\n`)
)

// allTypes does what musl's tools/mkalltypes.sed does.
func allTypes(text string) string {
	text = typeLine.ReplaceAllString(text, "#if defined(__NEED_$2) && !defined(__DEFINED_$2)\ntypedef $1 $2;\n#define __DEFINED_$2\n#endif\n")
	return groupLine.ReplaceAllStringFunc(text, func(line string) string {
		part := groupLine.FindStringSubmatch(line)
		kind, name := strings.ToLower(part[1]), part[2]
		return fmt.Sprintf("#if defined(__NEED_%[1]s_%[2]s) && !defined(__DEFINED_%[1]s_%[2]s)\n%[1]s %[2]s %[3]s;\n#define __DEFINED_%[1]s_%[2]s\n#endif\n",
			kind, name, part[3])
	})
}

// sysCalls appends to the kernel's names of system calls the C library's.
func sysCalls(text string) string {
	return text + strings.ReplaceAll(strings.Join(callLine.FindAllString(text, -1), ""), "__NR_", "SYS_")
}

// kernel copies the kernel's headers for the target, without those that musl has of its own.
func (b *build) kernel() error {
	for _, dir := range []string{"linux", "asm-generic", "drm", "misc", "mtd", "rdma", "regulator", "scsi", "sound", "video", "xen"} {
		name := "usr/include/" + dir
		isNew := func(path string) bool {
			_, err := os.Stat(filepath.Join(b.out, name, path))
			return os.IsNotExist(err)
		}
		if err := b.copyTree(filepath.Join(b.kernelHeaders, dir), name, isNew); err != nil {
			return err
		}
	}
	return b.copyTree(filepath.Join(b.kernelHeaders, b.arch+"-linux-gnu/asm"), "usr/include/asm", nil)
}

var otherTargets = regexp.MustCompile(
	`^(altivec|cuda|__clang_cuda|__clang_hip|hexagon|htm|hvx|ISO_Fortran|larch|lasx|llvm_libc|lsx|msa|opencl|openmp|ppc|riscv|s390|sifive|vec|velintrin|wasm|zos)`)

// isForTarget says whether one of clang's headers is of use for any of our targets: every file of a sysroot costs an entry in
// every sandbox.
func (b *build) isForTarget(path string) bool { return !otherTargets.MatchString(path) }

// cxxHeaders installs the headers of libc++, libc++abi and libunwind.
func (b *build) cxxHeaders(source string) error {
	const dir = "usr/include/c++/v1"
	isHeader := func(path string) bool {
		return !strings.HasSuffix(path, "CMakeLists.txt") && filepath.Ext(path) != ".in" && !strings.HasPrefix(path, "mach-o") &&
			!strings.HasPrefix(path, "__support/ibm") && filepath.Base(path) != "libunwind.modulemap"
	}
	if err := b.copyTree(filepath.Join(source, "libcxx/include"), dir, isHeader); err != nil {
		return err
	}
	if err := b.copyTree(filepath.Join(source, "libcxxabi/include"), dir, isHeader); err != nil {
		return err
	}
	if err := b.copyTree(filepath.Join(source, "libunwind/include"), "usr/include", isHeader); err != nil {
		return err
	}
	if err := b.copyFile(filepath.Join(source, "libcxx/vendor/llvm/default_assertion_handler.in"), dir+"/__assertion_handler"); err != nil {
		return err
	}
	return b.write(dir+"/__config_site", configSite)
}

// licences copies the texts that must accompany copies. musl's comes with musl.
func (b *build) licences(source string) error {
	if err := b.copyFile(filepath.Join(source, licence), "usr/share/licenses/llvm/LICENSE.TXT"); err != nil {
		return err
	}
	return b.copyFile(filepath.Join(b.kernelHeaders, "../share/doc/linux-libc-dev/copyright"), "usr/share/licenses/linux/copyright")
}
