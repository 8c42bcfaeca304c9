// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

// entry is one of a tarball made up for a test.
type entry struct {
	name, content string
	kind          byte
	link          string
}

func tarball(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: 0o644, Typeflag: e.kind, Linkname: e.link, Size: int64(len(e.content))}
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		check(t, w.WriteHeader(h))
		_, err := io.WriteString(w, e.content)
		check(t, err)
	}
	check(t, w.Close())
	check(t, z.Close())
	return b.Bytes()
}

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
	writeLines(t, "plan", packages)
	writeLines(t, "list", list)
	return []string{
		"--plan=plan", "--tarballs=list", "--root=usr/src/app", "--created-by=//app:image", "--comment=npm packages",
		"--output=out/layer.tar.gz", "--meta=out/layer.json", "--listing=out/layer.txt",
	}
}

func writeLines[T any](t testing.TB, name string, values []T) {
	t.Helper()
	var b bytes.Buffer
	for _, value := range values {
		check(t, json.NewEncoder(&b).Encode(value))
	}
	check(t, os.WriteFile(name, b.Bytes(), 0o644))
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
