// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
)

// resourceDir is where a sysroot has what clang takes for its own: headers, builtins, crtbegin.
const resourceDir = "lib/clang/19"

// build is one run of this tool.
type build struct {
	arch          string
	bin           string
	llvm          string
	musl          string
	kernelHeaders string
	clangHeaders  string
	trees         cli.Strings
	out           string
	jobs          int
}

func (b *build) check() error {
	if b.arch != "" && b.arch != "x86_64" && b.arch != "aarch64" {
		return cli.Usage("--arch is %q: want x86_64 or aarch64", b.arch)
	}
	if b.jobs < 1 {
		return cli.Usage("--jobs is %d: want at least 1", b.jobs)
	}
	return nil
}

// work is where sources are unpacked and objects lie until the output is made of them. Its name must not differ between two
// builds: the compiler sees it.
func (b *build) work() string { return b.out + ".work" }

func (b *build) triple() string { return b.arch + "-linux-musl" }

// flags are those of every compilation: the target, no path that tells where it took place, and the headers in the tree given
// by --tree if there are any yet.
func (b *build) flags() []string {
	flags := []string{
		"--target=" + b.triple(),
		"--no-default-config",
		"-fPIC",
		"-ffunction-sections",
		"-fdata-sections",
		"-ffile-prefix-map=" + b.work() + "/=",
		"-w",
	}
	if len(b.trees) > 0 {
		flags = append(flags, "--sysroot="+b.trees[0], "-resource-dir="+filepath.Join(b.trees[0], resourceDir))
	}
	return flags
}

// unit is one object file to be made.
type unit struct {
	source string
	// object is the object's path below the work directory.
	object string
	flags  []string
}

// compile makes all units with the flags, several at a time, and returns their paths in the units' order.
func (b *build) compile(ctx context.Context, flags []string, units []unit) ([]string, error) {
	objects := make([]string, len(units))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(b.jobs)
	for i, u := range units {
		objects[i] = filepath.Join(b.work(), u.object)
		if err := os.MkdirAll(filepath.Dir(objects[i]), 0o755); err != nil {
			return nil, err
		}
		group.Go(func() error {
			return b.tool(ctx, driver(u.source), slices.Concat(b.flags(), flags, u.flags, []string{"-c", u.source, "-o", objects[i]})...)
		})
	}
	return objects, group.Wait()
}

func driver(source string) string {
	if filepath.Ext(source) == ".cpp" {
		return "clang++"
	}
	return "clang"
}

// archive makes a static library, below the output directory, of objects and of other libraries' members.
func (b *build) archive(ctx context.Context, name string, members ...string) error {
	library, err := b.place(name)
	if err != nil {
		return err
	}
	list := filepath.Join(b.work(), filepath.Base(name)+".members")
	if err := os.MkdirAll(b.work(), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(list, []byte(strings.Join(members, "\n")), 0o644); err != nil {
		return err
	}
	// q: append; c: no remark that the file is new; s: index; L: members of libraries, not the libraries; D: no times, no owners.
	return b.tool(ctx, "llvm-ar", "qcsLD", library, "@"+list)
}

// place returns where a file of the output lies, its directory made.
func (b *build) place(name string) (string, error) {
	path := filepath.Join(b.out, name)
	return path, os.MkdirAll(filepath.Dir(path), 0o755)
}

// tool runs one of the compiler's programs. What it printed is the error's text if it fails, otherwise of no interest.
func (b *build) tool(ctx context.Context, name string, args ...string) error {
	var printed bytes.Buffer
	cmd := exec.CommandContext(ctx, filepath.Join(b.bin, name), args...)
	cmd.Stdout, cmd.Stderr = &printed, &printed
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running %s %s: %w\n%s", name, strings.Join(args, " "), err, printed.String())
	}
	return nil
}
