// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestPlace(t *testing.T) {
	for name, want := range map[string]string{
		"package/index.js":      "index.js",
		"anything/lib/x.js":     "lib/x.js",
		"package//lib/./x.js":   "lib/x.js",
		"./package/x.js":        "package/x.js",
		"package/":              "",
		"package/.":             "",
		"index.js":              "",
		`package/a\b`:           `a\b`,
		"package/..x":           "..x",
		"package/../x":          `its path has a ".." and may leave the package`,
		"../package/x":          `its path has a ".." and may leave the package`,
		`package/a\..\b`:        `its path has a ".." and may leave the package`,
		"/package/x":            `its path is absolute, expected one below "package/"`,
		"package/C:/x":          `its path is absolute on Windows, expected one below "package/"`,
		`package/\\server\x`:    `its path is absolute on Windows, expected one below "package/"`,
		"package//etc/passwd":   "etc/passwd",
		"package/1:not-a-drive": "1:not-a-drive",
	} {
		got, err := place(name)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestNormalizeBins(t *testing.T) {
	for _, tt := range []struct {
		bins map[string]string
		want string
	}{
		{map[string]string{"a": "./bin/a.js", "@s/b": "b.js"}, "[{b b.js} {a bin/a.js}]"},
		{map[string]string{`c:\d`: `..\..\e`, "../f": "/f/"}, "[{f f} {d e}]"},
		{map[string]string{"": "x", "/": "x", "..": "x", "g": "", "h": "/"}, "[]"},
		{map[string]string{"a": "x", "s/a": "x"}, "[{a x}]"},
		{map[string]string{"a": "x", "s/a": "y"}, `its bin has both "a" and "s/a" for the command "a", expected one`},
	} {
		bins, err := normalizeBins(tt.bins)
		got := fmt.Sprint(bins)
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.bins, got, tt.want)
		}
	}
}

// The order was printed by Node's Intl.Collator("en").
func TestCompareIsEnglish(t *testing.T) {
	want := []string{"_z", "-z", "!z", ".z", "'z", "(z", ")z", "@a/z", "@b-c/a", "@B/a", "*z", "~z", "1", "10", "2", "a", "a_b", "a-b", "a.b", "a/b", "a~b", "a1", "aa", "aB", "Ab", "b", "B"}
	got := slices.Clone(want)
	slices.SortFunc(got, strings.Compare)
	slices.SortFunc(got, compare)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// The replacements are those of Node's buffer.toString("utf8").
func TestDecodeUTF8IsJavaScripts(t *testing.T) {
	for in, want := range map[string]string{
		"plain ü €":             "plain ü €",
		"\xff\xfe":              "\ufffd\ufffd",
		"a\xe2\x82b":            "a\ufffdb",
		"\xf0\x9f\x98":          "\ufffd",
		"\xed\xa0\x80":          "\ufffd\ufffd\ufffd",
		"\xe0\x80\x80":          "\ufffd\ufffd\ufffd",
		"\xf4\x90\x80\x80":      "\ufffd\ufffd\ufffd\ufffd",
		"\xc3\xc3\xa9":          "\ufffdé",
		"\xf0\x9f\xf0\x9f\x98a": "\ufffd\ufffda",
	} {
		if got := decodeUTF8(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestFixShebang(t *testing.T) {
	late := "#!" + strings.Repeat("x", 2044)
	for in, want := range map[string]string{
		"#!/usr/bin/env node\r\nx\r\n":       "#!/usr/bin/env node\nx\r\n",
		"#!/usr/bin/env node\r\n\xff\r\n":    "#!/usr/bin/env node\n\ufffd\r\n",
		"#!/usr/bin/env node\nx\xff\r\n":     "#!/usr/bin/env node\nx\xff\r\n",
		"#!x\r\r\n":                          "#!x\r\n",
		"#!\r\n":                             "#!\r\n",
		"#!x":                                "#!x",
		" #!x\r\n":                           " #!x\r\n",
		"":                                   "",
		late + "\r\n":                        late + "\n",
		late + "x\r\n":                       late + "x\r\n",
		"#!x\r\n" + strings.Repeat("ü", 9e3): "#!x\n" + strings.Repeat("ü", 9e3),
	} {
		for _, reader := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
			fixed, err := fixShebang(reader)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(iotest.OneByteReader(fixed))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != want {
				t.Errorf("%.30q: got %.60q, want %.60q", in, got, want)
			}
		}
	}
}
