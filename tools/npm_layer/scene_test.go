// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/npm/npmtest"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

// a is the package that most tests have.
func a() wire.Package {
	return wire.Package{Path: "node_modules/a", Name: "a", Version: "1.2.3", Integrity: "sha512-a"}
}

// scene writes a plan and its tarballs to the working directory and returns the arguments that make a layer in "out".
func scene(t testing.TB, packages []wire.Package, tarballs map[string][]byte, list ...wire.Tarball) []string {
	t.Helper()
	for name, data := range tarballs {
		check(t, os.WriteFile(name, data, 0o644))
	}
	check(t, os.Mkdir("out", 0o755))
	npmtest.Lines(t, "plan", packages)
	npmtest.Lines(t, "list", list)
	return []string{
		"--plan=plan", "--tarballs=list", "--root=usr/src/app", "--created-by=//app:image", "--comment=npm packages",
		"--output=out/layer.tar.gz", "--meta=out/layer.json", "--listing=out/layer.txt",
	}
}

// outputs are the names of everything in "out", temporary files included.
func outputs(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("out/*")
	check(t, err)
	hidden, err := filepath.Glob("out/.*")
	check(t, err)
	return append(files, hidden...)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
