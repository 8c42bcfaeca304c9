// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

var update = flag.Bool("update", false, "write the goldens instead of comparing them")

func TestOutputs(t *testing.T) {
	goldens, err := filepath.Abs("testdata")
	check(t, err)
	t.Chdir(t.TempDir())
	b := wire.Package{Path: "node_modules/a/node_modules/@s/b", Name: "b", Version: "2.0.0", Integrity: "sha512-b", Bin: map[string]string{"b": "cli.js"}}
	args := scene(t, []wire.Package{b, a()}, map[string][]byte{
		"a.tgz": tarball(t, entry{name: "package/package.json", content: "{}"}, entry{name: "package/lib/index.js", content: "lib"}),
		"b.tgz": tarball(t, entry{name: "package/cli.js", content: "#!/usr/bin/env node\n"}),
	}, wire.Tarball{Integrity: "sha512-a", File: "a.tgz"}, wire.Tarball{Integrity: "sha512-b", File: "b.tgz"})
	var stdout, stderr captured
	check(t, run(context.Background(), args, &stdout, &stderr))
	if len(stdout)+len(stderr) > 0 {
		t.Errorf("got output %q and %q, want none", stdout, stderr)
	}
	if got, want := fmt.Sprint(outputs(t)), "[out/layer.json out/layer.tar.gz out/layer.txt]"; got != want {
		t.Errorf("got the files %s, want %s", got, want)
	}
	compareGolden(t, "out/layer.txt", filepath.Join(goldens, "layer.listing.txt"))
	compareGolden(t, "out/layer.json", filepath.Join(goldens, "layer.golden.json"))
}

type captured []byte

func (c *captured) Write(p []byte) (int, error) {
	*c = append(*c, p...)
	return len(p), nil
}

func compareGolden(t *testing.T, file, golden string) {
	t.Helper()
	got, err := os.ReadFile(file)
	check(t, err)
	if *update {
		check(t, os.WriteFile(golden, got, 0o644))
	}
	want, err := os.ReadFile(golden)
	check(t, err)
	if string(got) != string(want) {
		t.Errorf("%s: got\n%swant\n%supdate: go test ./tools/npm_layer -update", filepath.Base(golden), got, want)
	}
}

func TestInterruptLeavesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	args := scene(t, []wire.Package{a()}, map[string][]byte{"a.tgz": tarball(t, entry{name: "package/x"})}, wire.Tarball{Integrity: "sha512-a", File: "a.tgz"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := run(ctx, args, io.Discard, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if left := outputs(t); len(left) > 0 {
		t.Errorf("got the files %q, want none", left)
	}
}
