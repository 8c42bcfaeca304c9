// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestReadLines(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []Tarball
		err        string
	}{
		{"two lines and an empty one", "{\"integrity\":\"sha512-a\",\"file\":\"a.tgz\"}\n\n{\"integrity\":\"sha512-b\",\"file\":\"b.tgz\"}\n",
			[]Tarball{{"sha512-a", "a.tgz"}, {"sha512-b", "b.tgz"}}, ""},
		{"empty", "", nil, ""},
		{"unknown field", "{\"integrity\":\"a\",\"colour\":\"red\"}\n", nil, `parsing "FILE" line 1: json: unknown field "colour"`},
		{"no JSON", "{}\nnonsense\n", nil, `parsing "FILE" line 2: invalid character 'o' in literal null (expecting 'u')`},
		{"two values on a line", "{} {}\n", nil, `parsing "FILE" line 1: data after the JSON value`},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lines")
			if err := os.WriteFile(path, []byte(test.text), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := ReadLines[Tarball](path)
			if message := errorText(err, path); message != test.err {
				t.Fatalf("error %q, want %q", message, test.err)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestWriteFileReadsBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "layer.json")
	want := Layer{MediaType: "m", Digest: "sha256:d", Size: 3, DiffID: "sha256:e", UncompressedSize: 4, Entries: 1, CreatedBy: "//a:b", Comment: "c"}
	if err := WriteFile(path, want); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFile[Layer](path)
	if err != nil || got != want {
		t.Errorf("read %v, %v; want %v", got, err, want)
	}
}

func errorText(err error, path string) string {
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), path, "FILE")
}
