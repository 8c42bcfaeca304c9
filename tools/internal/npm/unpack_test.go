// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// headers makes a tarball of empty files with these headers, followed by rest after the gzip stream.
func headers(t *testing.T, rest string, headers ...*tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range headers {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.tgz")
	if err := os.WriteFile(file, append(b.Bytes(), rest...), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// empty is a gzip member with nothing in it.
func empty(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	if err := gzip.NewWriter(&b).Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestUnpackHeaders(t *testing.T) {
	global := &tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": "0123abc"}}
	file := &tar.Header{Name: "package/x", Typeflag: tar.TypeReg}
	long := strings.Repeat("long/", 30)
	for name, tt := range map[string]struct {
		file, want string
	}{
		"global header of git archive": {headers(t, "", global, file), "[x]"},
		"garbage behind":               {headers(t, "\x00\x00garbage", file), "[x]"},
		"gzip in members":              {headers(t, empty(t), file), "[x]"},
		"second member cut off":        {headers(t, empty(t)[:12], file), "reading to the end: unexpected EOF"},
		"second header cut off":        {headers(t, empty(t)[:5], file), "reading to the end: unexpected EOF"},
		"GNU long name":                {headers(t, "", &tar.Header{Name: "package/" + long + "x", Format: tar.FormatGNU}), "[" + long + "x]"},
		"GNU name, not UTF-8":          {headers(t, "", &tar.Header{Name: "package/\xff\xe2\x82x", Format: tar.FormatGNU}), "[\ufffd\ufffdx]"},
		"PAX name":                     {headers(t, "", &tar.Header{Name: "package/größe", Format: tar.FormatPAX}), "[größe]"},
		"PAX name of two lines": {headers(t, "", &tar.Header{Name: "package/ö\nx", Format: tar.FormatPAX}),
			`entry "package/ö\nx": its path in the PAX header "package/ö\nx" is not UTF-8 of one line`},
		"PAX name, not UTF-8": {headers(t, "", &tar.Header{Name: "package/ö\xff", Format: tar.FormatPAX}),
			`entry "package/ö` + "\ufffd" + `": its path in the PAX header "package/ö\xff" is not UTF-8 of one line`},
		"GNU directory dump": {headers(t, "", &tar.Header{Name: "package/x", Typeflag: gnuDumpDir}, file), "[x]"},
	} {
		var places []string
		err := unpack(tt.file, func(m member, _ io.Reader) error {
			places = append(places, m.place)
			return nil
		})
		got := fmt.Sprint(places)
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}
