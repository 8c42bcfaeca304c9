// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
	"github.com/rules-node-image/rules_node_image/tools/internal/npm/npmtest"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

// scene is a plan and its tarballs in a folder, which is the working directory, so that errors show short names.
type scene struct {
	packages []wire.Package
	list     []wire.Tarball
}

// add plans a package, which has the integrity "sha512-<name>" and the tarball "<name>.tgz".
func (s *scene) add(t *testing.T, p wire.Package, entries ...npmtest.Entry) {
	t.Helper()
	s.plan(p)
	s.put(t, p.Name, npmtest.Tarball(t, entries...))
}

func (s *scene) plan(p wire.Package) {
	if p.Version == "" {
		p.Version = "1.0.0"
	}
	if p.Integrity == "" && !p.Bundled {
		p.Integrity = "sha512-" + p.Name
	}
	s.packages = append(s.packages, p)
}

func (s *scene) put(t *testing.T, name string, data []byte) {
	t.Helper()
	file := strings.ReplaceAll(name, "/", "-") + ".tgz"
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	s.list = append(s.list, wire.Tarball{Integrity: "sha512-" + name, File: file})
}

// write makes the layer and returns its listing and its files' contents.
func (s *scene) write(t *testing.T) (string, map[string]string, error) {
	t.Helper()
	npmtest.Lines(t, "plan", s.packages)
	npmtest.Lines(t, "tarballs", s.list)
	plan, err := Load("plan", "tarballs")
	if err != nil {
		return "", nil, err
	}
	var blob bytes.Buffer
	w, err := archive.NewWriter(&blob, archive.Gzip)
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Write(context.Background(), w, "app"); err != nil {
		w.Abandon()
		return "", nil, err
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("layer", blob.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	var listing strings.Builder
	contents := map[string]string{}
	err = archive.Walk("layer", func(e archive.Entry, content io.Reader) error {
		data, err := io.ReadAll(content)
		contents[e.Path] = string(data)
		fmt.Fprintln(&listing, e)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return listing.String(), contents, nil
}

func checkListing(t *testing.T, got, want string) {
	t.Helper()
	if want = strings.ReplaceAll(strings.TrimLeft(want, "\n"), "\t", ""); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

func TestTreeIsNpms(t *testing.T) {
	t.Chdir(t.TempDir())
	var s scene
	s.add(t, wire.Package{Path: "node_modules/b", Name: "b", Bin: map[string]string{"b": "./cli.js", "gone": "gone.js", "lib": "lib"}},
		npmtest.Entry{Name: "package/package.json", Content: "{}", Mode: 0o600},
		npmtest.Entry{Name: "package/cli.js", Content: "#!/usr/bin/env node\r\nrun()\r\n", Mode: 0o4644},
		npmtest.Entry{Name: "package/lib/run.js", Content: "run", Mode: 0o4755},
		npmtest.Entry{Name: "package/sticky", Mode: 0o1700},
		npmtest.Entry{Name: "package/empty/", Kind: tar.TypeDir, Mode: 0o700},
		npmtest.Entry{Name: "package/inside", Kind: tar.TypeSymlink, Link: "lib/../cli.js"},
		npmtest.Entry{Name: "package/hard", Kind: tar.TypeLink, Link: "package/cli.js"},
		npmtest.Entry{Name: "package/cli.js", Content: "#!/usr/bin/env node\r\nrun()\r\n", Mode: 0o755},
		npmtest.Entry{Name: "not-below-package"},
	)
	s.add(t, wire.Package{Path: "node_modules/@scope/a", Name: "@scope/a", Bin: map[string]string{"@scope/a": "a.js", "gone": "a.js"}},
		npmtest.Entry{Name: "git-1234/./a.js", Content: "#!/bin/sh\nfirst line has no CR\r\n"},
		npmtest.Entry{Name: "git-1234//lib//x.js"},
		npmtest.Entry{Name: `git-1234/back\slash`},
		npmtest.Entry{Name: "git-1234/" + strings.Repeat("long/", 30) + "name"},
	)
	s.add(t, wire.Package{Path: "node_modules/b/node_modules/empty", Name: "empty"}, npmtest.Entry{Name: "package/", Kind: tar.TypeDir})
	listing, contents, err := s.write(t)
	if err != nil {
		t.Fatal(err)
	}
	long := "app/node_modules/@scope/a/" + strings.Repeat("long/", 30)
	var parents strings.Builder
	for i := range 30 {
		fmt.Fprintf(&parents, "drwxr-xr-x 0:0 - app/node_modules/@scope/a/%s\n", strings.Repeat("long/", i+1))
	}
	checkListing(t, listing, `
	drwxr-xr-x 0:0 - app/
	drwxr-xr-x 0:0 - app/node_modules/
	drwxr-xr-x 0:0 - app/node_modules/@scope/
	drwxr-xr-x 0:0 - app/node_modules/@scope/a/
	-rwxr-xr-x 0:0 32 app/node_modules/@scope/a/a.js
	drwxr-xr-x 0:0 - app/node_modules/@scope/a/lib/
	-rw-r--r-- 0:0 0 app/node_modules/@scope/a/lib/x.js
	-rw-r--r-- 0:0 0 app/node_modules/@scope/a/back\134slash
	`+parents.String()+`-rw-r--r-- 0:0 0 `+long+`name
	drwxr-xr-x 0:0 - app/node_modules/b/
	-rw-r--r-- 0:0 2 app/node_modules/b/package.json
	-rwxr-xr-x 0:0 27 app/node_modules/b/cli.js
	drwxr-xr-x 0:0 - app/node_modules/b/lib/
	-rwxr-xr-x 0:0 3 app/node_modules/b/lib/run.js
	-rwxr--r-T 0:0 0 app/node_modules/b/sticky
	drwxr-xr-x 0:0 - app/node_modules/b/node_modules/
	drwxr-xr-x 0:0 - app/node_modules/b/node_modules/empty/
	drwxr-xr-x 0:0 - app/node_modules/.bin/
	lrwxrwxrwx 0:0 - app/node_modules/.bin/a -> ../@scope/a/a.js
	lrwxrwxrwx 0:0 - app/node_modules/.bin/b -> ../b/cli.js
	lrwxrwxrwx 0:0 - app/node_modules/.bin/gone -> ../@scope/a/a.js
	lrwxrwxrwx 0:0 - app/node_modules/.bin/lib -> ../b/lib
	`)
	if got, want := contents["app/node_modules/b/cli.js"], "#!/usr/bin/env node\nrun()\r\n"; got != want {
		t.Errorf("cli.js: got %q, want %q", got, want)
	}
}

func TestBundledPackagesComeFromTheirBundler(t *testing.T) {
	t.Chdir(t.TempDir())
	var s scene
	s.plan(wire.Package{Path: "node_modules/a/node_modules/b", Name: "b", Bundled: true, Bin: map[string]string{"b": "b.js"}})
	s.plan(wire.Package{Path: "node_modules/a/node_modules/b/node_modules/c", Name: "c", Bundled: true})
	s.add(t, wire.Package{Path: "node_modules/a", Name: "a"},
		npmtest.Entry{Name: "package/node_modules/b/package.json"},
		npmtest.Entry{Name: "package/node_modules/b/b.js"},
		npmtest.Entry{Name: "package/node_modules/.bin/b", Content: "not a link"},
		npmtest.Entry{Name: "package/node_modules/b/node_modules/c/package.json"},
		npmtest.Entry{Name: "package/node_modules/unplanned/index.js"},
	)
	s.add(t, wire.Package{Path: "node_modules/a/node_modules/d", Name: "d"}, npmtest.Entry{Name: "package/package.json"})
	listing, _, err := s.write(t)
	if err != nil {
		t.Fatal(err)
	}
	checkListing(t, listing, `
	drwxr-xr-x 0:0 - app/
	drwxr-xr-x 0:0 - app/node_modules/
	drwxr-xr-x 0:0 - app/node_modules/a/
	drwxr-xr-x 0:0 - app/node_modules/a/node_modules/
	drwxr-xr-x 0:0 - app/node_modules/a/node_modules/b/
	-rw-r--r-- 0:0 0 app/node_modules/a/node_modules/b/package.json
	-rwxr-xr-x 0:0 0 app/node_modules/a/node_modules/b/b.js
	drwxr-xr-x 0:0 - app/node_modules/a/node_modules/b/node_modules/
	drwxr-xr-x 0:0 - app/node_modules/a/node_modules/b/node_modules/c/
	-rw-r--r-- 0:0 0 app/node_modules/a/node_modules/b/node_modules/c/package.json
	drwxr-xr-x 0:0 - app/node_modules/a/node_modules/unplanned/
	-rw-r--r-- 0:0 0 app/node_modules/a/node_modules/unplanned/index.js
	drwxr-xr-x 0:0 - app/node_modules/a/node_modules/d/
	-rw-r--r-- 0:0 0 app/node_modules/a/node_modules/d/package.json
	drwxr-xr-x 0:0 - app/node_modules/a/node_modules/.bin/
	lrwxrwxrwx 0:0 - app/node_modules/a/node_modules/.bin/b -> ../b/b.js
	`)
}

func TestGitignoreBecomesNpmignore(t *testing.T) {
	git := npmtest.Entry{Name: "package/.gitignore", Content: "git", Mode: 0o755}
	npm := npmtest.Entry{Name: "package/.npmignore", Content: "npm"}
	for name, tt := range map[string]struct {
		entries       []npmtest.Entry
		line, content string
	}{
		"alone":        {[]npmtest.Entry{git}, "-rwxr-xr-x 0:0 3 ", "git"},
		"after":        {[]npmtest.Entry{npm, git}, "-rw-r--r-- 0:0 3 ", "npm"},
		"before":       {[]npmtest.Entry{git, npm}, "-rwxr-xr-x 0:0 3 ", "npm"},
		"not a suffix": {[]npmtest.Entry{{Name: "package/x.gitignore"}, npm}, "-rw-r--r-- 0:0 3 ", "npm"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			var s scene
			s.add(t, wire.Package{Path: "node_modules/a", Name: "a"}, tt.entries...)
			listing, contents, err := s.write(t)
			if err != nil {
				t.Fatal(err)
			}
			at := "app/node_modules/a/.npmignore"
			if !strings.Contains(listing, tt.line+at+"\n") || contents[at] != tt.content {
				t.Errorf("got %q in:\n%swant %q in %s", contents[at], listing, tt.content, tt.line+at)
			}
			if strings.Contains(listing, "/.gitignore") {
				t.Errorf("got a .gitignore:\n%s", listing)
			}
		})
	}
}

func TestFirstInEnglishOrderHasTheCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	var s scene
	for _, name := range []string{"b", "a-b", "a_b", "B"} {
		s.add(t, wire.Package{Path: "node_modules/" + name, Name: name, Bin: map[string]string{"x": "x.js"}}, npmtest.Entry{Name: "package/x.js"})
	}
	// The first has the command even if its file is missing: npm then links none.
	s.add(t, wire.Package{Path: "node_modules/_y", Name: "_y", Bin: map[string]string{"y": "missing.js"}}, npmtest.Entry{Name: "package/x.js"})
	s.add(t, wire.Package{Path: "node_modules/y", Name: "y", Bin: map[string]string{"y": "x.js"}}, npmtest.Entry{Name: "package/x.js"})
	listing, _, err := s.write(t)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(listing) {
		if strings.Contains(line, "->") || strings.HasPrefix(line, "-rwx") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	want := []string{"-rwxr-xr-x 0:0 0 app/node_modules/a_b/x.js", "lrwxrwxrwx 0:0 - app/node_modules/.bin/x -> ../a_b/x.js"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
