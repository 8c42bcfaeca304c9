// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var lines = map[string]Entry{
	`-rw-r--r-- 0:0 1234 usr/src/app/server.js`:             {Path: "usr/src/app/server.js", Type: File, Mode: 0o644, Size: 1234},
	`drwxr-xr-x 0:0 - usr/src/app/`:                         {Path: "usr/src/app", Type: Dir, Mode: 0o755},
	`drwxrwxrwt 0:0 - tmp/`:                                 {Path: "tmp", Type: Dir, Mode: 0o1777},
	`-rwsr-Sr-T 1000:100 0 x`:                               {Path: "x", Type: File, Mode: 0o7744, UID: 1000, GID: 100},
	`lrwxrwxrwx 0:0 - usr/x -> target`:                      {Path: "usr/x", Type: Symlink, Mode: 0o777, Target: "target"},
	`lrwxrwxrwx 0:0 - a\040->\040b -> c\012\134`:            {Path: "a -> b", Type: Symlink, Mode: 0o777, Target: "c\n\\"},
	`-rw-r--r-- 0:0 1 größe\302\240` + "\ufffd" + `\033[0m`: {Path: "größe\u00a0\ufffd\x1b[0m", Type: File, Mode: 0o644, Size: 1},
}

func TestListingLines(t *testing.T) {
	for line, e := range lines {
		if got := e.String(); got != line {
			t.Errorf("got  %s\nwant %s", got, line)
		}
		entries, err := parseListing(strings.NewReader(line + "\n"))
		if err != nil {
			t.Errorf("%s: %v", line, err)
		} else if len(entries) != 1 || entries[0] != e {
			t.Errorf("%s: got %+v, want %+v", line, entries, e)
		}
	}
}

func TestReadListingRefuses(t *testing.T) {
	for line, want := range map[string]string{
		`hello`:                                   `line 2: got "hello", expected <mode> <uid>:<gid> <size or -> <path>[/][ -> <target>]`,
		`-rw-r--r-- 0:0 1 a b`:                    `line 2: got "-rw-r--r-- 0:0 1 a b", expected <mode> <uid>:<gid> <size or -> <path>[/][ -> <target>]`,
		`-rw 0:0 1 a`:                             `line 2: the mode is "-rw", expected ten characters such as "-rw-r--r--"`,
		`-rw-r--x-- 0:0 1 a`:                      `line 2: the mode "rw-r--x--" has 'x' at place 7`,
		`-rw-r--r-- root 1 a`:                     `line 2: the owner is "root", expected <uid>:<gid>`,
		`-rw-r--r-- 0: 1 a`:                       `line 2: the owner is "0:", expected <uid>:<gid>`,
		`-rw-r--r-- 0:0 - a`:                      `line 2: the size is "-", expected bytes for a file and "-" for others`,
		`drwxr-xr-x 0:0 - a`:                      `line 2: the directory "a" lacks the slash at its end`,
		`drwxr-xr-x 0:0 5 a/`:                     `line 2: the size of the directory is 5`,
		`-rw-r--r-- 0:0 1 a -> b`:                 `line 2: got "-> b" after the path, only a symlink has more`,
		`-rw-r--r-- 0:0 1 a\04`:                   `line 2: "a\\04" ends within an octal byte`,
		`-rw-r--r-- 0:0 1 a\xyz`:                  `line 2: "a\\xyz" has "\\xyz", expected a backslash and three octal digits`,
		`-rw-r--r-- 0:0 1 ../a`:                   `line 2: the path has a ".."`,
		`crw-r--r-- 0:0 1 a`:                      `line 2: the entry is of type 'c', expected a file, directory or symlink`,
		strings.Repeat("x", 1<<20) + " 0:0 1 abc": `line 2: bufio.Scanner: token too long`,
	} {
		file := filepath.Join(t.TempDir(), "listing.txt")
		if err := os.WriteFile(file, []byte("drwxr-xr-x 0:0 - a/\n"+line+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := ReadListing(file)
		if want := fmt.Sprintf("parsing listing %q %s", file, want); fmt.Sprint(err) != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestWalkRefuses(t *testing.T) {
	var device bytes.Buffer
	w := tar.NewWriter(&device)
	w.WriteHeader(&tar.Header{Name: "dev/null", Typeflag: tar.TypeChar})
	w.Close()
	whole, _ := makeSample(t, Gzip)
	for name, tt := range map[string]struct {
		blob []byte
		want string
	}{
		"device":  {device.Bytes(), `the entry "dev/null" is of tar type '3', expected a file, directory or symlink`},
		"cut off": {whole[:len(whole)-4], `unexpected EOF`},
	} {
		file := filepath.Join(t.TempDir(), "layer")
		if err := os.WriteFile(file, tt.blob, 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := list(file)
		if want := fmt.Sprintf("reading layer %q: %s", file, tt.want); fmt.Sprint(err) != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}
