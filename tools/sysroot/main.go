// SPDX-License-Identifier: Apache-2.0

// Command sysroot builds one part of a musl sysroot from its source: what its upstream's make or cmake would do for these
// targets, without either, so that nothing but the pinned compiler takes part.
package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
)

func main() { cli.Main("sysroot", run) }

// parts are what can be built. Each fills build.out, which has the layout of a root file system.
var parts = map[string]func(context.Context, *build) error{
	"sources":    llvmSources,
	"headers":    headers,
	"builtins":   builtins,
	"musl":       musl,
	"libunwind":  libunwind,
	"libc++abi":  libcxxabi,
	"libc++":     libcxx,
	"everything": merge,
}

func run(ctx context.Context, args []string, _, stderr io.Writer) error {
	flags := cli.Flags("sysroot", stderr)
	var b build
	part := flags.String("part", "", "what to build: "+strings.Join(slices.Sorted(maps.Keys(parts)), ", "))
	flags.StringVar(&b.out, "out", "", "the directory to fill (a tar file for the part sources)")
	flags.StringVar(&b.arch, "arch", "", "x86_64 or aarch64")
	flags.StringVar(&b.bin, "bin", "", "the directory of clang, ld.lld, llvm-ar and xz")
	flags.StringVar(&b.llvm, "llvm", "", "LLVM's source: its tar.xz for the part sources, that part's output for all others")
	flags.StringVar(&b.musl, "musl", "", "the directory of musl's source")
	flags.StringVar(&b.kernelHeaders, "kernel-headers", "", "the include directory of linux-libc-dev")
	flags.StringVar(&b.clangHeaders, "clang-headers", "", "the compiler's own include directory")
	flags.Var(&b.trees, "tree", "a part that was built before; repeatable")
	flags.IntVar(&b.jobs, "jobs", 1, "compilers at the same time")
	if err := cli.Parse(flags, args, "part", "out"); err != nil {
		return err
	}
	make, known := parts[*part]
	if !known {
		return cli.Usage("--part is %q: want one of %s", *part, strings.Join(slices.Sorted(maps.Keys(parts)), ", "))
	}
	if err := b.check(); err != nil {
		return err
	}
	defer os.RemoveAll(b.work())
	if err := make(ctx, &b); err != nil {
		os.RemoveAll(b.out)
		return fmt.Errorf("building part %q: %w", *part, err)
	}
	return nil
}
