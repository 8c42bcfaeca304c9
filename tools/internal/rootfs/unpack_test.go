// SPDX-License-Identifier: Apache-2.0

package rootfs

import (
	"archive/tar"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	build "github.com/rules-node-image/rules_node_image/tools/internal/rootfs/rootfstest"

	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

type entries = []tar.Header

// image packs each list of entries as a layer.
func image(t *testing.T, layers ...entries) v1.Image {
	t.Helper()
	var packed []v1.Layer
	for _, layer := range layers {
		packed = append(packed, build.Layer(t, compression.GZip, layer...))
	}
	return build.Image(t, v1.Config{}, packed...)
}

func unpack(t *testing.T, layers ...entries) *Root {
	t.Helper()
	root, err := Unpack(image(t, layers...), filepath.Join(t.TempDir(), "root"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := root.Remove(); err != nil {
			t.Error(err)
		}
	})
	return root
}

// treeListing is one line per entry of the tree.
func treeListing(r *Root) string {
	var lines []string
	for _, e := range r.Tree.Entries() {
		line := fmt.Sprintf("%-7s %04o %d:%d %s", e.Kind, e.Mode, e.UID, e.GID, e.Path)
		if e.Kind == Symlink {
			line += " -> " + e.Target
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// diskListing is one line per path on disk, with contents.
func diskListing(t *testing.T, dir string) string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		line := "/" + strings.TrimPrefix(strings.TrimPrefix(path, dir), "/")
		switch {
		case d.IsDir():
			line += " dir"
		case d.Type() == fs.ModeSymlink:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			line += " -> " + target
		default:
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %q", content)
		}
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestLayersMerge(t *testing.T) {
	tests := []struct {
		claim  string
		layers []entries
		disk   string
	}{
		{"directories that no layer lists are made", []entries{{build.File("a/b/c", "x")}},
			"/ dir\n/a dir\n/a/b dir\n/a/b/c \"x\""},
		{"names may start with ./ or /", []entries{{build.Dir("."), build.File("./a", "1"), build.File("/b", "2")}},
			"/ dir\n/a \"1\"\n/b \"2\""},
		{"the last file wins", []entries{{build.File("a", "1"), build.File("a", "2")}, {build.File("a", "3")}},
			"/ dir\n/a \"3\""},
		{"a listed directory keeps what is below it", []entries{{build.File("a/b", "1")}, {build.Dir("a"), build.File("a/c", "2")}},
			"/ dir\n/a dir\n/a/b \"1\"\n/a/c \"2\""},
		{"a file replaces a directory", []entries{{build.File("a/b", "1")}, {build.File("a", "2")}},
			"/ dir\n/a \"2\""},
		{"a directory replaces a symlink", []entries{{build.Dir("usr"), build.Link(tar.TypeSymlink, "bin", "usr")}, {build.Dir("bin"), build.File("bin/x", "1")}},
			"/ dir\n/bin dir\n/bin/x \"1\"\n/usr dir"},
		{"a whiteout hides a file", []entries{{build.File("a/b", "1"), build.File("a/c", "2")}, {build.File("a/.wh.b", "")}},
			"/ dir\n/a dir\n/a/c \"2\""},
		{"a whiteout hides a directory", []entries{{build.File("a/b/c", "1")}, {build.File("a/.wh.b", "")}},
			"/ dir\n/a dir"},
		{"a whiteout of nothing hides nothing", []entries{{build.File("a", "1")}, {build.File(".wh.b", "")}},
			"/ dir\n/a \"1\""},
		{"a whiteout spares its own layer, before and after it", []entries{{build.File("a/x", "1")}, {build.File("a/y", "2"), build.File(".wh.a", ""), build.File("a/z", "3")}},
			"/ dir\n/a dir\n/a/y \"2\"\n/a/z \"3\""},
		{"an opaque whiteout hides what is below, not its own layer",
			[]entries{{build.File("a/x", "1"), build.File("a/d/y", "2")}, {build.File("a/z", "3"), build.File("a/.wh..wh..opq", ""), build.File("a/d/k", "4")}},
			"/ dir\n/a dir\n/a/d dir\n/a/d/k \"4\"\n/a/z \"3\""},
		{"a whiteout of a symlink spares its target", []entries{{build.File("t", "1"), build.Link(tar.TypeSymlink, "l", "t")}, {build.File(".wh.l", "")}},
			"/ dir\n/t \"1\""},
		{"a hard link shares the file, until one of both is replaced",
			[]entries{{build.File("a", "1"), build.Link(tar.TypeLink, "b", "a"), build.Link(tar.TypeLink, "c", "./a")}, {build.File("a", "2")}},
			"/ dir\n/a \"2\"\n/b \"1\"\n/c \"1\""},
		{"symlinks are kept as they are", []entries{{build.Link(tar.TypeSymlink, "a", "/etc/passwd"), build.Link(tar.TypeSymlink, "b", "../../..")}},
			"/ dir\n/a -> /etc/passwd\n/b -> ../../.."},
		{"a device below /dev is not made", []entries{{{Typeflag: tar.TypeChar, Name: "dev/null", Mode: 0o666, Devmajor: 1, Devminor: 3}}},
			"/ dir\n/dev dir"},
	}
	for _, test := range tests {
		t.Run(test.claim, func(t *testing.T) {
			root := unpack(t, test.layers...)
			if found := diskListing(t, root.Dir); found != test.disk {
				t.Errorf("found\n%s\nexpected\n%s", found, test.disk)
			}
			for _, e := range root.Tree.Entries() {
				if _, err := os.Lstat(filepath.Join(root.Dir, e.Path)); err != nil && e.Kind != Device {
					t.Errorf("in the tree, not on disk: %v", err)
				}
			}
		})
	}
}

func TestTreeKeepsWhatTheLayersSay(t *testing.T) {
	root := unpack(t, entries{
		build.Owned(build.Dir("."), 1, 2, 0o700),
		build.Owned(build.File("bin/su", "x"), 0, 10, 0o4750),
		build.Owned(build.Dir("tmp"), 0, 0, 0o1777),
		build.Link(tar.TypeSymlink, "l", "tmp"),
		build.Link(tar.TypeLink, "h", "bin/su"),
		{Typeflag: tar.TypeChar, Name: "dev/null", Mode: 0o666},
	}, entries{build.Owned(build.Dir("tmp"), 5, 6, 0o755)})
	expected := `dir     0700 1:2 /
dir     0755 0:0 /bin
file    4750 0:10 /bin/su
dir     0755 0:0 /dev
device  0666 0:0 /dev/null
file    4750 0:10 /h
symlink 0777 0:0 /l -> tmp
dir     0755 5:6 /tmp`
	if found := treeListing(root); found != expected {
		t.Errorf("found\n%s\nexpected\n%s", found, expected)
	}
}

func TestRefusedLayers(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.Mkdir(outside, 0o755); err != nil {
		t.Fatal(err)
	}
	const through = ", expected real directories: engines disagree on what that writes, so name the link's target in the layer"
	tests := []struct {
		claim  string
		layers []entries
		text   string
	}{
		{"a symlink out of the image", []entries{{build.Link(tar.TypeSymlink, "evil", outside), build.File("evil/x", "1")}},
			fmt.Sprintf(`unpacking layer 1 of 1: entry "evil/x": goes through the symlink "/evil" -> %q`, outside) + through},
		{"a symlink of the layer below", []entries{{build.Link(tar.TypeSymlink, "a/evil", "../.."), build.Dir("b")}, {build.Dir("a/evil/b")}},
			`unpacking layer 2 of 2: entry "a/evil/b/": goes through the symlink "/a/evil" -> "../.."` + through},
		{"a whiteout through a symlink", []entries{{build.Link(tar.TypeSymlink, "evil", outside)}, {build.File("evil/.wh.x", "")}},
			fmt.Sprintf(`unpacking layer 2 of 2: entry "evil/.wh.x": goes through the symlink "/evil" -> %q`, outside) + through},
		{"..", []entries{{build.File("../x", "1")}}, `unpacking layer 1 of 1: entry "../x": leaves the image with "..": expected a path below the root`},
		{".. inside", []entries{{build.File("a/../x", "1")}}, `unpacking layer 1 of 1: entry "a/../x": leaves the image with "..": expected a path below the root`},
		{"a hard link out of the image", []entries{{build.Link(tar.TypeLink, "x", "../../etc/passwd")}},
			`unpacking layer 1 of 1: entry "x": is a hard link to "../../etc/passwd", which no layer holds`},
		{"a hard link through a symlink", []entries{{build.Link(tar.TypeSymlink, "evil", outside), build.Link(tar.TypeLink, "x", "evil/y")}},
			`unpacking layer 1 of 1: entry "x": is a hard link to "evil/y", which no layer holds`},
		{"a hard link to a symlink", []entries{{build.Link(tar.TypeSymlink, "s", outside), build.Link(tar.TypeLink, "x", "s")}},
			`unpacking layer 1 of 1: entry "x": is a hard link to "s", a symlink, expected a file`},
		{"a path below a file", []entries{{build.File("a", "1"), build.File("a/b", "1")}}, `unpacking layer 1 of 1: entry "a/b": lies below "/a", which is a file`},
		{"a whiteout of everything here", []entries{{build.File("a/.wh.", "")}}, `unpacking layer 1 of 1: entry "a/.wh.": is no whiteout that the OCI image specification knows`},
		{"a whiteout of the parent", []entries{{build.File("a/.wh..", "")}}, `unpacking layer 1 of 1: entry "a/.wh..": is no whiteout that the OCI image specification knows`},
		{"metadata of aufs", []entries{{build.File(".wh..wh.plnk", "")}}, `unpacking layer 1 of 1: entry ".wh..wh.plnk": is no whiteout that the OCI image specification knows`},
		{"a device elsewhere", []entries{{{Typeflag: tar.TypeBlock, Name: "disk"}}},
			`unpacking layer 1 of 1: entry "disk": is a device node outside /dev: making one needs privilege, so such an image cannot be tested`},
		{"a pipe", []entries{{{Typeflag: tar.TypeFifo, Name: "p"}}},
			`unpacking layer 1 of 1: entry "p": has tar type '6', expected a file, directory, symlink or hard link`},
		{"a root that is a file", []entries{{build.File(".", "")}}, `unpacking layer 1 of 1: entry ".": replaces the root, which must be a directory`},
	}
	for _, test := range tests {
		t.Run(test.claim, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "root")
			_, err := Unpack(image(t, test.layers...), dir)
			if err == nil || err.Error() != test.text {
				t.Errorf("found    %v\nexpected %s", err, test.text)
			}
			if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("after a failure %q is still there", dir)
			}
			if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
				t.Errorf("written outside the image: %v %v", left, err)
			}
		})
	}
}

func TestDamagedLayerIsRefused(t *testing.T) {
	good := image(t, entries{build.File("a", "1")})
	file, err := good.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	found := file.RootFS.DiffIDs[0]
	file = file.DeepCopy()
	file.RootFS.DiffIDs[0].Hex = strings.Repeat("0", 64)
	for _, test := range []struct {
		diffIDs []v1.Hash
		text    string
	}{
		{file.RootFS.DiffIDs, fmt.Sprintf("unpacking layer 1 of 1: checking its content: found diff ID %s, expected sha256:%s from the image's config: the layout is damaged",
			found, strings.Repeat("0", 64))},
		{nil, "reading the image's config: found 0 diff IDs, expected one for each of the manifest's 1 layers"},
	} {
		file.RootFS.DiffIDs = test.diffIDs
		_, err = Unpack(fixedConfig{good, file}, filepath.Join(t.TempDir(), "root"))
		if err == nil || err.Error() != test.text {
			t.Errorf("found    %v\nexpected %s", err, test.text)
		}
	}
}

// fixedConfig is an image that lies about its config.
type fixedConfig struct {
	v1.Image
	config *v1.ConfigFile
}

func (f fixedConfig) ConfigFile() (*v1.ConfigFile, error) { return f.config, nil }
