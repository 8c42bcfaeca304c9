// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/golden"
	"github.com/rules-node-image/rules_node_image/tools/internal/npm/npmtest"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

func TestOutputs(t *testing.T) {
	goldens, err := filepath.Abs("testdata")
	check(t, err)
	t.Chdir(t.TempDir())
	b := wire.Package{Path: "node_modules/a/node_modules/@s/b", Name: "b", Version: "2.0.0", Integrity: "sha512-b", Bin: map[string]string{"b": "cli.js"}}
	args := scene(t, []wire.Package{b, a()}, map[string][]byte{
		"a.tgz": npmtest.Tarball(t, npmtest.Entry{Name: "package/package.json", Content: "{}"}, npmtest.Entry{Name: "package/lib/index.js", Content: "lib"}),
		"b.tgz": npmtest.Tarball(t, npmtest.Entry{Name: "package/cli.js", Content: "#!/usr/bin/env node\n"}),
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

func compareGolden(t *testing.T, file, path string) {
	t.Helper()
	got, err := os.ReadFile(file)
	check(t, err)
	golden.Compare(t, path, string(got))
}

func TestInterruptLeavesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	args := scene(t, []wire.Package{a()}, map[string][]byte{"a.tgz": npmtest.Tarball(t, npmtest.Entry{Name: "package/x"})}, wire.Tarball{Integrity: "sha512-a", File: "a.tgz"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := run(ctx, args, io.Discard, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if left := outputs(t); len(left) > 0 {
		t.Errorf("got the files %q, want none", left)
	}
}
