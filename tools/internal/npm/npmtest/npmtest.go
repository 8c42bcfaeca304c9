// SPDX-License-Identifier: Apache-2.0

// Package npmtest makes packages' tarballs, and the files that name them, for tests.
package npmtest

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// Entry is one of a tarball: a file of mode 0644, unless told otherwise.
type Entry struct {
	Name, Content string
	Mode          int64
	Kind          byte
	Link          string
}

// Tarball packs entries in the given order.
func Tarball(t testing.TB, entries ...Entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range entries {
		h := &tar.Header{Name: e.Name, Mode: e.Mode, Typeflag: e.Kind, Linkname: e.Link, Size: int64(len(e.Content))}
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		check(t, w.WriteHeader(h))
		_, err := io.WriteString(w, e.Content)
		check(t, err)
	}
	check(t, w.Close())
	check(t, z.Close())
	return b.Bytes()
}

// Lines writes a params file.
func Lines[T any](t testing.TB, file string, values []T) {
	t.Helper()
	var b bytes.Buffer
	for _, value := range values {
		check(t, json.NewEncoder(&b).Encode(value))
	}
	check(t, os.WriteFile(file, b.Bytes(), 0o644))
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
