// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/npm/npmtest"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"

	"github.com/klauspost/compress/gzip"
)

// Each of these tarballs is a's. The texts go on after what names the package.
func TestTarballErrors(t *testing.T) {
	whole := npmtest.Tarball(t, npmtest.Entry{Name: "package/index.js", Content: strings.Repeat("x", 100)})
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"no gzip":      {[]byte("this is no gzip at all"), `reading gzip header: gzip: invalid header`},
		"empty":        {nil, `reading gzip header: unexpected EOF`},
		"gzip cut off": {whole[:len(whole)-4], `reading to the end: unexpected EOF`},
		"tar cut off":  {compress(t, uncompress(t, whole)[:600]), `entry "package/index.js": unexpected EOF`},
		"no tar":       {compress(t, []byte("hello")), `reading tar entry 1: unexpected EOF`},
		"broken tar":   {compress(t, []byte(strings.Repeat("hello", 512))), `reading tar entry 1: archive/tar: invalid tar header`},
		"no entries":   {npmtest.Tarball(t), `reading tar entry 1: unexpected EOF`},
		"dot dot":      {npmtest.Tarball(t, npmtest.Entry{Name: "package/../../x"}), `entry "package/../../x": its path has a ".." and may leave the package`},
		"absolute":     {npmtest.Tarball(t, npmtest.Entry{Name: "/etc/passwd"}), `entry "/etc/passwd": its path is absolute, expected one below "package/"`},
		"symlink out": {npmtest.Tarball(t, npmtest.Entry{Name: "package/a/b", Kind: tar.TypeSymlink, Link: "../../x"}),
			`entry "package/a/b": it is a symlink out of the package, to "../../x"`},
		"absolute symlink": {npmtest.Tarball(t, npmtest.Entry{Name: "package/a", Kind: tar.TypeSymlink, Link: "/etc/passwd"}),
			`entry "package/a": it is a symlink out of the package, to "/etc/passwd"`},
		"hard link out": {npmtest.Tarball(t, npmtest.Entry{Name: "package/a", Kind: tar.TypeLink, Link: "../x"}),
			`entry "package/a": it is a hard link out of the package, to "../x"`},
		"device":       {npmtest.Tarball(t, npmtest.Entry{Name: "package/a", Kind: tar.TypeChar}), `entry "package/a": it is a device, expected files and directories only`},
		"block device": {npmtest.Tarball(t, npmtest.Entry{Name: "package/a", Kind: tar.TypeBlock}), `entry "package/a": it is a device, expected files and directories only`},
		"pipe":         {npmtest.Tarball(t, npmtest.Entry{Name: "package/a", Kind: tar.TypeFifo}), `entry "package/a": it is a named pipe, expected files and directories only`},
		"strange type": {npmtest.Tarball(t, npmtest.Entry{Name: "package/a", Kind: 'V'}), `entry "package/a": it is of tar type 'V', expected files and directories only`},
		"twice": {npmtest.Tarball(t, npmtest.Entry{Name: "package/a", Content: "1"}, npmtest.Entry{Name: "package/a", Content: "2"}),
			`entries "package/a" and "package/a" are for the same path "a", with different content`},
		"twice by other names": {npmtest.Tarball(t, npmtest.Entry{Name: "package/a", Content: "1"}, npmtest.Entry{Name: "x/./a", Content: "2"}),
			`entries "package/a" and "x/./a" are for the same path "a", with different content`},
		"file, then below it": {npmtest.Tarball(t, npmtest.Entry{Name: "package/a"}, npmtest.Entry{Name: "package/a/b"}),
			`entry "package/a/b": the path "node_modules/a/a/b" needs a directory where the entry "package/a" is a file`},
		"below it, then file": {npmtest.Tarball(t, npmtest.Entry{Name: "package/a/b"}, npmtest.Entry{Name: "package/a"}),
			`entry "package/a" is a file, but the tarball has other files below it`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			args := scene(t, []wire.Package{a()}, map[string][]byte{"a.tgz": tt.data}, wire.Tarball{Integrity: "sha512-a", File: "a.tgz"})
			expectError(t, args, `unpacking a@1.2.3 at "node_modules/a" (tarball "a.tgz"): `+tt.want)
		})
	}
}

func TestPlanErrors(t *testing.T) {
	at := func(path string, change ...func(*wire.Package)) wire.Package {
		p := a()
		p.Path = path
		for _, f := range change {
			f(&p)
		}
		return p
	}
	bundled := func(p *wire.Package) { p.Bundled, p.Integrity, p.Name = true, "", "b" }
	listed := []wire.Tarball{{Integrity: "sha512-a", File: "a.tgz"}}
	for name, tt := range map[string]struct {
		packages []wire.Package
		list     []wire.Tarball
		want     string
	}{
		"missing tarball": {[]wire.Package{a()}, nil,
			`reading install plan "plan": package a@1.2.3 at "node_modules/a": the list of tarballs "list" has none of integrity "sha512-a"; make plan and list from the same lockfile`},
		"missing file": {[]wire.Package{a()}, []wire.Tarball{{Integrity: "sha512-a", File: "gone.tgz"}},
			`unpacking a@1.2.3 at "node_modules/a" (tarball "gone.tgz"): open gone.tgz: no such file or directory`},
		"unused tarball": {[]wire.Package{a()}, append(listed[:1:1], wire.Tarball{Integrity: "sha512-b", File: "b.tgz"}),
			`reading list of tarballs "list": no package of the plan "plan" has the integrity "sha512-b" of "b.tgz"; make plan and list from the same lockfile`},
		"one integrity, two tarballs": {[]wire.Package{a()}, append(listed[:1:1], wire.Tarball{Integrity: "sha512-a", File: "b.tgz"}),
			`reading list of tarballs "list": "a.tgz" and "b.tgz" both have the integrity "sha512-a", expected one file for each`},
		"tarball without integrity": {[]wire.Package{a()}, []wire.Tarball{{File: "b.tgz"}},
			`reading list of tarballs "list": got integrity "" and file "b.tgz", expected both`},
		"package without integrity": {[]wire.Package{at("node_modules/a", func(p *wire.Package) { p.Integrity = "" })}, listed,
			`reading install plan "plan": package a@1.2.3 at "node_modules/a": it has no integrity, which names its tarball; expected one for a package that is not bundled`},
		"duplicate path": {[]wire.Package{a(), at("node_modules/a", func(p *wire.Package) { p.Version = "2.0.0" })}, listed,
			`reading install plan "plan": package a@2.0.0 at "node_modules/a": a@1.2.3 is planned for the same path, expected one package per path`},
		"strange path": {[]wire.Package{at("node_modules/../a")}, listed,
			`reading install plan "plan": package a@1.2.3 at "node_modules/../a": expected a path as a lockfile has it, such as "node_modules/a/node_modules/@scope/b"`},
		"path of no package": {[]wire.Package{at("lib/a")}, listed,
			`reading install plan "plan": package a@1.2.3 at "lib/a": expected a path as a lockfile has it, such as "node_modules/a/node_modules/@scope/b"`},
		"one command by two names": {[]wire.Package{at("node_modules/a", func(p *wire.Package) { p.Bin = map[string]string{"x": "a.js", "s/x": "b.js"} })}, listed,
			`reading install plan "plan": package a@1.2.3 at "node_modules/a": its bin has both "s/x" and "x" for the command "x", expected one`},
		"bundled in nothing": {[]wire.Package{a(), at("node_modules/b", bundled)}, listed,
			`reading install plan "plan": package b@1.2.3 at "node_modules/b" is bundled, but no package above it in the plan has a tarball it may come in`},
		"bundled, yet not there": {[]wire.Package{a(), at("node_modules/a/node_modules/b", bundled)}, listed,
			`unpacking b@1.2.3 at "node_modules/a/node_modules/b": it should come in the tarball of a@1.2.3 at "node_modules/a" (tarball "a.tgz"), which has no "node_modules/b/package.json"; make the lockfile anew`},
		"two tarballs for one place": {[]wire.Package{a(), at("node_modules/a/node_modules/c", func(p *wire.Package) { p.Name = "c" })}, listed,
			`unpacking a@1.2.3 at "node_modules/a" (tarball "a.tgz"): entry "package/node_modules/c/x.js" lies where the plan has c@1.2.3 at "node_modules/a/node_modules/c" (tarball "a.tgz"), and which of the two npm leaves there is chance; choose a version of a that does not bring its own node_modules`},
		"command in the place of a directory": {[]wire.Package{a(), at("node_modules/a/node_modules/d", bundled, func(p *wire.Package) {
			p.Name, p.Bin = "d", map[string]string{"dir": "package.json"}
		})}, listed,
			`linking command "dir" of package d@1.2.3 at "node_modules/a/node_modules/d": "node_modules/a/node_modules/.bin/dir" is a directory, expected room for a symlink`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			data := npmtest.Tarball(t, npmtest.Entry{Name: "package/package.json"}, npmtest.Entry{Name: "package/node_modules/c/x.js"},
				npmtest.Entry{Name: "package/node_modules/d/package.json"}, npmtest.Entry{Name: "package/node_modules/.bin/dir/x"})
			expectError(t, scene(t, tt.packages, map[string][]byte{"a.tgz": data}, tt.list...), tt.want)
		})
	}
}

func TestFlagErrors(t *testing.T) {
	for flag, want := range map[string]string{
		"--compression=lz4": `reading --compression: unknown compression "lz4", expected "gzip" or "zstd"`,
		"--root=/app":       `adding "/app" from --root: the path is absolute, expected one relative to the image's root`,
		"--comment=":        `--comment is required`,
		"--plan=gone":       `reading install plan: open gone: no such file or directory`,
		"--output=gone/x":   `creating "gone/x": open gone/NAME: no such file or directory`,
	} {
		t.Run(flag, func(t *testing.T) {
			t.Chdir(t.TempDir())
			args := scene(t, []wire.Package{a()}, map[string][]byte{"a.tgz": npmtest.Tarball(t, npmtest.Entry{Name: "package/x"})}, wire.Tarball{Integrity: "sha512-a", File: "a.tgz"})
			expectError(t, append(args, flag), want)
		})
	}
}

// expectError runs the tool, and checks that it says want and leaves nothing behind.
func expectError(t *testing.T, args []string, want string) {
	t.Helper()
	err := run(context.Background(), args, io.Discard, io.Discard)
	got := fmt.Sprint(err)
	if before, after, ok := strings.Cut(want, "NAME"); ok && strings.HasPrefix(got, before) && strings.HasSuffix(got, after) {
		got = want
	}
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if left := outputs(t); len(left) > 0 {
		t.Errorf("got the files %q, want none after an error", left)
	}
}

func compress(t *testing.T, data []byte) []byte {
	t.Helper()
	var b strings.Builder
	z := gzip.NewWriter(&b)
	_, err := z.Write(data)
	check(t, err)
	check(t, z.Close())
	return []byte(b.String())
}

func uncompress(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(string(data)))
	check(t, err)
	raw, err := io.ReadAll(z)
	check(t, err)
	return raw
}
