// SPDX-License-Identifier: Apache-2.0

package rootfs

import (
	"archive/tar"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	build "github.com/rules-node-image/rules_node_image/tools/internal/rootfs/rootfstest"
)

func TestOpen(t *testing.T) {
	platform := func(arch string) mutate.IndexAddendum {
		img := build.Image(t, v1.Config{User: arch}, build.Layer(t, compression.ZStd, build.File("arch", arch)))
		return mutate.IndexAddendum{Add: img, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}}}
	}
	for _, images := range [][]mutate.IndexAddendum{{platform("strange")}, {platform("strange"), platform(runtime.GOARCH)}} {
		opened, err := Open(build.Layout(t, images...))
		if err != nil {
			t.Fatal(err)
		}
		root, err := Unpack(opened, filepath.Join(t.TempDir(), "root"))
		if err != nil {
			t.Fatal(err)
		}
		content, err := root.Read("/arch")
		if expected := images[len(images)-1].Platform.Architecture; err != nil || string(content) != expected {
			t.Errorf("found the image of %q, %v, expected that of %q", content, err, expected)
		}
	}
	dir := build.Layout(t, platform("odd"), platform("strange"))
	expected := fmt.Sprintf("opening OCI layout %q: choosing an image: found 0 of linux/%s among 2 images [linux/odd, linux/strange], expected one: "+
		"test the image of one platform", dir, runtime.GOARCH)
	if _, err := Open(dir); err == nil || err.Error() != expected {
		t.Errorf("found    %v\nexpected %s", err, expected)
	}
	expected = `opening OCI layout "/nowhere": stat /nowhere/index.json: no such file or directory`
	if _, err := Open("/nowhere"); err == nil || err.Error() != expected {
		t.Errorf("found    %v\nexpected %s", err, expected)
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
