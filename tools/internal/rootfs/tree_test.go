// SPDX-License-Identifier: Apache-2.0

package rootfs

import (
	"archive/tar"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	build "github.com/rules-node-image/rules_node_image/tools/internal/rootfs/rootfstest"

	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

func TestOpen(t *testing.T) {
	platform := func(arch string) mutate.IndexAddendum {
		return mutate.IndexAddendum{Add: build.ImageFor(t, arch, v1.Config{}, build.Layer(t, compression.ZStd, build.File("arch", arch)))}
	}
	for _, images := range [][]mutate.IndexAddendum{{platform(runtime.GOARCH)}, {platform("strange"), platform(runtime.GOARCH)}} {
		dir := build.Layout(t, images...)
		hideBlobsBehindLinks(t, dir)
		opened, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		root, err := Unpack(opened, filepath.Join(t.TempDir(), "root"))
		if err != nil {
			t.Fatal(err)
		}
		if content, err := root.Read("/arch"); err != nil || string(content) != runtime.GOARCH {
			t.Errorf("found the image of %q, %v, expected that of %q", content, err, runtime.GOARCH)
		}
	}
	dir := build.Layout(t, platform("odd"), platform("strange"))
	expected := fmt.Sprintf("reading OCI layout %q: no image for platform linux/%s; the layout holds: linux/odd, linux/strange", dir, runtime.GOARCH)
	if _, err := Open(dir); err == nil || err.Error() != expected {
		t.Errorf("found    %v\nexpected %s", err, expected)
	}
}

// hideBlobsBehindLinks makes symlinks of all blobs, as Bazel's sandbox does.
func hideBlobsBehindLinks(t *testing.T, layout string) {
	t.Helper()
	elsewhere := t.TempDir()
	blobs := filepath.Join(layout, "blobs", "sha256")
	entries, err := os.ReadDir(blobs)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		from, to := filepath.Join(blobs, entry.Name()), filepath.Join(elsewhere, entry.Name())
		if err := errors.Join(os.Rename(from, to), os.Symlink(to, from)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLookup(t *testing.T) {
	root := unpack(t, entries{
		build.File("usr/bin/sh", "x"), build.Link(tar.TypeSymlink, "bin", "usr/bin"), build.Link(tar.TypeSymlink, "abs", "/bin/../bin"),
		build.Link(tar.TypeSymlink, "up", "../../usr"), build.Link(tar.TypeSymlink, "loop", "loop"), build.Link(tar.TypeSymlink, "usr/dangling", "none"),
	})
	tests := []struct {
		path   string
		follow bool
		found  string
	}{
		{"/usr/bin/sh", false, "/usr/bin/sh"},
		{"/bin/sh", false, "/usr/bin/sh"},
		{"/abs/sh", false, "/usr/bin/sh"},
		{"/up/bin/./sh", false, "/usr/bin/sh"},
		{"/bin", true, "/usr/bin"},
		{"/bin", false, "/bin"},
		{"/../../bin", false, "/bin"},
		{"/", false, "/"},
		{"/usr/dangling", false, "/usr/dangling"},
		{"/usr/dangling", true, `looking up "/usr/dangling": there is no "/usr/none": file does not exist`},
		{"/usr/x/y", true, `looking up "/usr/x/y": there is no "/usr/x": file does not exist`},
		{"/bin/sh/x", true, `looking up "/bin/sh/x": "/usr/bin/sh" is a file, not a directory`},
		{"/loop", true, `looking up "/loop": following more than 40 symlinks`},
	}
	for _, test := range tests {
		entry, err := root.Tree.Lookup(test.path, test.follow)
		found := ""
		if err != nil {
			found = err.Error()
		} else {
			found = entry.Path
		}
		if found != test.found {
			t.Errorf("%s: found %s, expected %s", test.path, found, test.found)
		}
	}
}

func TestGlob(t *testing.T) {
	root := unpack(t, entries{
		build.File("usr/bin/sh", "x"), build.File("usr/bin/bash", "x"), build.Link(tar.TypeSymlink, "bin", "usr/bin"), build.File("app/[id].js", "x"),
		build.File("app/node_modules/npm/bin/npm", "x"), build.Link(tar.TypeSymlink, "loop", "."), build.Link(tar.TypeSymlink, "opt/ash", "/nowhere"), build.Dir("@types"),
	})
	tests := []struct{ pattern, found string }{
		{"**/sh", "/usr/bin/sh"},
		{"**/bin/sh", "/usr/bin/sh"},
		{"/bin/sh", "/usr/bin/sh"},
		{"/bin/*", "/usr/bin/bash /usr/bin/sh"},
		{"/loop/bin/?h", "/usr/bin/sh"},
		{"**/*ash", "/opt/ash /usr/bin/bash"},
		{"**/npm", "/app/node_modules/npm /app/node_modules/npm/bin/npm"},
		{"/app/**/npm", "/app/node_modules/npm /app/node_modules/npm/bin/npm"},
		{"/usr/**", "/usr/bin /usr/bin/bash /usr/bin/sh"},
		{"/app/[id].js", "/app/[id].js"},
		{"/app/[i].js", ""},
		{"/@types", "/@types"},
		{"/@types/**", ""},
		{"/sh", ""},
	}
	for _, test := range tests {
		found, err := root.Tree.Glob(test.pattern)
		if strings.Join(found, " ") != test.found || err != nil {
			t.Errorf("%s: found %q, %v, expected %q", test.pattern, found, err, test.found)
		}
	}
	for pattern, text := range map[string]string{
		"sh":       `reading pattern "sh": found a relative path, expected one that starts with "/" or "**/"`,
		"/a/../sh": `reading pattern "/a/../sh": found no name or "..", expected the path of something in the image`,
		"/":        `reading pattern "/": found no name or "..", expected the path of something in the image`,
	} {
		if _, err := root.Tree.Glob(pattern); err == nil || err.Error() != text {
			t.Errorf("found    %v\nexpected %s", err, text)
		}
	}
}
