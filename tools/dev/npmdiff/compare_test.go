// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/archive"
)

// installed makes a folder as npm leaves it.
func installed(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, err := range []error{
		os.MkdirAll(filepath.Join(folder, "node_modules", ".bin"), 0o755),
		os.Mkdir(filepath.Join(folder, "node_modules", "a"), 0o755),
		os.WriteFile(filepath.Join(folder, "node_modules", "a", "a.js"), []byte("content"), 0o644),
		os.Symlink("../a/a.js", filepath.Join(folder, "node_modules", ".bin", "a")),
		os.WriteFile(filepath.Join(folder, hiddenLockfile), nil, 0o644),
		os.Chmod(filepath.Join(folder, "node_modules", "a", "a.js"), 0o755),
		// Whatever the umask is.
		os.Chmod(filepath.Join(folder, "node_modules"), 0o755),
		os.Chmod(filepath.Join(folder, "node_modules", ".bin"), 0o755),
		os.Chmod(filepath.Join(folder, "node_modules", "a"), 0o755),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func layerOf(t *testing.T, mode uint32, content, target, extra string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := archive.NewWriter(&b, archive.Gzip)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []archive.Entry{
		{Path: "app/package.json", Type: archive.File, Mode: 0o644},
		{Path: "app/node_modules/a/a.js", Type: archive.File, Mode: mode, Size: int64(len(content))},
		{Path: "app/node_modules/.bin/a", Type: archive.Symlink, Mode: 0o777, Target: target},
		{Path: "app/node_modules/" + extra, Type: archive.Dir, Mode: 0o755},
	} {
		if err := w.Add(e, strings.NewReader(content[:e.Size]), "test"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "layer")
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCompareTrees(t *testing.T) {
	for name, tt := range map[string]struct {
		layer string
		want  string
	}{
		"same":    {layerOf(t, 0o755, "content", "../a/a.js", "a"), "5 paths by npm, 5 in the layer, 0 differences\n"},
		"content": {layerOf(t, 0o755, "Content", "../a/a.js", "a"), "content differs: -rwxr-xr-x 0:0 7 app/node_modules/a/a.js\n5 paths by npm, 5 in the layer, 1 differences\n"},
		"mode": {layerOf(t, 0o644, "content", "../a/a.js", "a"),
			"--rwxr-xr-x 0:0 7 app/node_modules/a/a.js\n+-rw-r--r-- 0:0 7 app/node_modules/a/a.js\n5 paths by npm, 5 in the layer, 1 differences\n"},
		"link": {layerOf(t, 0o755, "content", "a.js", "a"),
			"-lrwxrwxrwx 0:0 - app/node_modules/.bin/a -> ../a/a.js\n+lrwxrwxrwx 0:0 - app/node_modules/.bin/a -> a.js\n5 paths by npm, 5 in the layer, 1 differences\n"},
		"more": {layerOf(t, 0o755, "content", "../a/a.js", "b"), "+drwxr-xr-x 0:0 - app/node_modules/b/\n5 paths by npm, 6 in the layer, 1 differences\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := compareTrees(installed(t), "app", tt.layer, "", &out)
			if out.String() != tt.want {
				t.Errorf("got\n%swant\n%s", &out, tt.want)
			}
			want := "<nil>"
			if name != "same" {
				want = fmt.Sprintf("comparing layer %q: 1 differences from npm", tt.layer)
			}
			if fmt.Sprint(err) != want {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}

func TestMissingFromLayer(t *testing.T) {
	folder := installed(t)
	if err := os.Symlink("a", filepath.Join(folder, "node_modules", "z")); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err := compareTrees(folder, "app", layerOf(t, 0o755, "content", "../a/a.js", "a"), "", &out)
	if want := "-lrwxrwxrwx 0:0 - app/node_modules/z -> a\n6 paths by npm, 5 in the layer, 1 differences\n"; err == nil || out.String() != want {
		t.Errorf("got %v and\n%swant\n%s", err, &out, want)
	}
}

func TestGolden(t *testing.T) {
	golden := filepath.Join(t.TempDir(), "golden")
	var out bytes.Buffer
	if err := compareTrees(installed(t), "app", "", golden, &out); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	want := `drwxr-xr-x 0:0 - app/node_modules/
drwxr-xr-x 0:0 - app/node_modules/.bin/
lrwxrwxrwx 0:0 - app/node_modules/.bin/a -> ../a/a.js
drwxr-xr-x 0:0 - app/node_modules/a/
-rwxr-xr-x 0:0 7 app/node_modules/a/a.js
`
	if string(got) != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
