// SPDX-License-Identifier: Apache-2.0

package rootfs

import (
	"archive/tar"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	build "github.com/rules-node-image/rules_node_image/tools/internal/rootfs/rootfstest"
)

func TestEngineFilesAndMountPoints(t *testing.T) {
	root := unpack(t, entries{
		build.Link(tar.TypeSymlink, "etc", "/private/etc"), build.Link(tar.TypeSymlink, "private/etc/hosts", "/shadow"), build.File("shadow", "kept"),
		build.Link(tar.TypeSymlink, "var/run", "/run"), build.Dir("run"), build.File("file", "x"),
	})
	if err := root.Write("/etc/hosts", "localhost"); err != nil {
		t.Fatal(err)
	}
	for path, expected := range map[string]string{"/tmp/a/b": "/tmp/a/b", "/var/run/app": "/run/app", "/run": "/run", "/": "/"} {
		if found, err := root.Directory(path); found != expected || err != nil {
			t.Errorf("%s: found %q, %v, expected %q", path, found, err, expected)
		}
	}
	if err := root.Seal(User{UID: 1}); err != nil {
		t.Fatal(err)
	}
	expected := `/ dir
/etc -> /private/etc
/file "x"
/private dir
/private/etc dir
/private/etc/hosts "localhost"
/run dir
/run/app dir
/shadow "kept"
/tmp dir
/tmp/a dir
/tmp/a/b dir
/var dir
/var/run -> /run`
	if found := diskListing(t, root.Dir); found != expected {
		t.Errorf("found\n%s\nexpected\n%s", found, expected)
	}
	for path, text := range map[string]string{
		"/file":   `making directory "/file": the image has a file there`,
		"/file/x": `making directory "/file/x": "/file" is a file, not a directory`,
		"tmp":     `making directory "tmp": expected an absolute path`,
	} {
		if _, err := root.Directory(path); err == nil || err.Error() != text {
			t.Errorf("found    %v\nexpected %s", err, text)
		}
	}
	if _, err := root.Tree.Lookup("/tmp", false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a mount point shows in the tree: %v", err)
	}
}

func TestUser(t *testing.T) {
	root := unpack(t, entries{
		build.File("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n# comment\nnode:x:1000:1001::/home/node:\nhomeless:x:7:7:::\nshort:x:8:8\nbad:x:many:0::/:\n"),
		build.File("etc/group", "root:x:0:\nnode:x:1001:\nvideo:x:44:other,node\naudio:x:29:node\n"),
	})
	bare := unpack(t, entries{build.File("a", "")})
	tests := []struct {
		root  *Root
		spec  string
		user  User
		error string
	}{
		{root, "", User{Home: "/root"}, ""},
		{bare, "", User{Home: "/"}, ""},
		{bare, "65532", User{UID: 65532, Home: "/"}, ""},
		{bare, "65532:7", User{UID: 65532, GID: 7, Home: "/"}, ""},
		{root, "node", User{1000, 1001, []int{29, 44}, "/home/node"}, ""},
		{root, "1000", User{1000, 1001, []int{29, 44}, "/home/node"}, ""},
		{root, "node:", User{1000, 1001, []int{29, 44}, "/home/node"}, ""},
		{root, "node:video", User{1000, 44, nil, "/home/node"}, ""},
		{root, "5:audio", User{5, 29, nil, "/"}, ""},
		{root, "homeless", User{7, 7, nil, "/"}, ""},
		{root, "8", User{8, 8, nil, "/"}, ""},
		{bare, "node", User{}, `resolving user "node": found no account "node" in the image's /etc/passwd: add it or name a uid`},
		{root, "node:staff", User{}, `resolving user "node:staff": found no group "staff" in the image's /etc/group: add it or name a gid`},
		{root, "bad", User{}, `resolving user "bad": reading /etc/passwd, account "bad": found "many", expected a number below 4294967295`},
		{root, "4294967295", User{}, `resolving user "4294967295": found no account "4294967295" in the image's /etc/passwd: add it or name a uid`},
	}
	for _, test := range tests {
		found, err := test.root.User(test.spec)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if text != test.error || err == nil && (found.UID != test.user.UID || found.GID != test.user.GID || found.Home != test.user.Home || !slices.Equal(found.Groups, test.user.Groups)) {
			t.Errorf("%q: found %+v, %v, expected %+v %s", test.spec, found, err, test.user, test.error)
		}
	}
}

func TestOfTheSpecialBitsOnlyStickyIsKept(t *testing.T) {
	root := unpack(t, entries{build.Owned(build.Dir("tmp"), 0, 0, 0o1777), build.Owned(build.Dir("open"), 0, 0, 0o777), build.Owned(build.Dir("group"), 0, 0, 0o6777)})
	if err := root.Seal(User{UID: 1}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"tmp": "dtrwxrwxrwx", "open": "drwxrwxrwx", "group": "drwxrwxrwx"} {
		info, err := os.Lstat(filepath.Join(root.Dir, path))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().String(); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestModesAreThoseOfTheUser(t *testing.T) {
	// Which bits count depends on who the file belongs to.
	own := build.Owned(build.File("own", ""), 10, 20, 0o4751)
	group := build.Owned(build.File("group", ""), 1, 20, 0o751)
	further := build.Owned(build.File("further", ""), 1, 30, 0o751)
	other := build.Owned(build.File("other", ""), 1, 1, 0o751)
	closed := build.Owned(build.Dir("closed"), 0, 0, 0o700)
	inside := build.Owned(build.File("closed/inside", ""), 0, 0, 0o600)
	tests := []struct {
		user     User
		expected string
	}{
		{User{10, 20, []int{30}, "/"}, "closed 000 inside 000 own 777 group 555 further 555 other 111"},
		{User{10, 20, nil, "/"}, "closed 000 inside 000 own 777 group 555 further 111 other 111"},
		{User{11, 20, nil, "/"}, "closed 000 inside 000 own 555 group 555 further 111 other 111"},
		{User{0, 0, nil, "/"}, "closed 777 inside 666 own 777 group 777 further 777 other 777"},
	}
	for _, test := range tests {
		root := unpack(t, entries{own, group, further, other, closed, inside})
		if err := root.Seal(test.user); err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, path := range []string{"closed", "closed/inside", "own", "group", "further", "other"} {
			mode := "000" // What nobody may look into.
			if info, err := os.Lstat(filepath.Join(root.Dir, path)); err == nil {
				mode = fmt.Sprintf("%03o", info.Mode().Perm())
			}
			found = append(found, filepath.Base(path), mode)
		}
		if found := strings.Join(found, " "); found != test.expected {
			t.Errorf("%+v: found %s, expected %s", test.user, found, test.expected)
		}
	}
}
