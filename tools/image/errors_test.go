// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/oci/ocitest"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

func TestRefusesValues(t *testing.T) {
	for _, test := range []struct{ arg, want string }{
		{"--os=plan9", `os "plan9": expected "linux"`},
		{"--architecture=x86_64", `architecture "x86_64": expected one of 386, amd64, arm, arm64, loong64, mips64le, ppc64le, riscv64, s390x`},
		{"--variant=v9", `variant "v9" of architecture "amd64": expected none or one of v1, v2, v3, v4`},
		{"--env=PATH", `env "PATH": expected KEY=value, found no "="`},
		{"--env==x", `env "=x": expected KEY=value, found an empty key`},
		{"--label==x", `label "=x": expected KEY=value, found an empty key`},
		{"--label=a b=x", `label "a b=x": expected a key without white space and no NUL`},
		{"--annotation==x", `annotation "=x": expected KEY=value, found an empty key`},
		{"--user=a:b:c", `user "a:b:c": expected a numeric id "65532", "65532:65532", or names of the image's passwd and group "nonroot", "nonroot:nonroot"`},
		{"--workdir=app", `workdir "app": expected an absolute path without ".", ".." or a final slash, such as "/usr/src/app"`},
		{"--workdir=/app/", `workdir "/app/": expected an absolute path without ".", ".." or a final slash, such as "/usr/src/app"`},
		{"--exposed-port=0", `exposed port "0": expected a number from 1 to 65535 and a protocol, such as "8080", "8080/tcp", "53/udp", "53/sctp"`},
		{"--exposed-port=80/http", `exposed port "80/http": expected a number from 1 to 65535 and a protocol, such as "8080", "8080/tcp", "53/udp", "53/sctp"`},
		{"--stop-signal=TERM", `stop signal "TERM": expected a name such as "SIGTERM", "SIGINT", "SIGQUIT", or a number from 1 to 64`},
		{"--created=now", `created "now": expected RFC 3339 such as "2006-01-02T15:04:05Z", or {KEY} of a workspace status line with Unix seconds`},
		{"--cmd=", `cmd: the first word is empty, expected a program or a file`},
	} {
		s := newScene(t)
		err := s.image("app", test.arg)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: got error\n%v\nwant\n%s", test.arg, err, test.want)
		}
		nothingWritten(t, s)
	}
}

func TestRefusesDuplicates(t *testing.T) {
	for arg, want := range map[string]string{
		"--env=A=1":           `env "A": the key is given twice, expected once`,
		"--label=A=1":         `label "A": the key is given twice, expected once`,
		"--annotation=A=1":    `annotation "A": the key is given twice, expected once`,
		"--exposed-port=8080": `exposed port "8080": 8080/tcp is given twice, expected once`,
	} {
		s := newScene(t)
		if err := s.image("app", arg, arg); err == nil || err.Error() != want {
			t.Errorf("%s: got error\n%v\nwant\n%s", arg, err, want)
		}
	}
}

func TestRefusesUnknownStatusKey(t *testing.T) {
	s := newScene(t)
	ocitest.Write(t, s.path("status"), "STABLE_B 1\nBUILD_USER me\n")
	err := s.image("app", "--label=commit=v-{STABLE_A}", "--stamp", "--status="+s.path("status"))
	want := `label "commit": value "v-{STABLE_A}": the workspace status has no key "STABLE_A", known keys: BUILD_USER, STABLE_B; print it from --workspace_status_command`
	if err == nil || err.Error() != want {
		t.Errorf("got error\n%v\nwant\n%s", err, want)
	}
	nothingWritten(t, s)
}

func nothingWritten(t *testing.T, s scene) {
	t.Helper()
	entries, err := os.ReadDir(s.path("app"))
	if err == nil && len(entries) > 0 {
		t.Errorf("the output directory holds %q after an error", entries)
	}
	if _, err := os.Stat(s.path("app.digest")); err == nil {
		t.Error("the digest file is there after an error")
	}
}

func TestRefusesDamagedLayers(t *testing.T) {
	s := newScene(t)
	good := ocitest.Layer(t, "//app:app", "a=1")
	damaged := ocitest.Layer(t, "//app:app", "a=2")
	meta, err := wire.ReadFile[wire.Layer](damaged.Meta)
	if err != nil {
		t.Fatal(err)
	}
	blob, err := os.ReadFile(damaged.Blob)
	if err != nil {
		t.Fatal(err)
	}
	ocitest.Write(t, damaged.Blob, string(blob[:len(blob)-512]))
	err = s.image("app", s.layers(good, damaged))
	if err == nil || !strings.Contains(err.Error(), "of 1536 bytes, expected "+meta.Digest+" of 2048 bytes") {
		t.Errorf("got error %v, want one with both sizes and digests", err)
	}
	nothingWritten(t, s)
}

func TestRefusesWrongLayerDescriptions(t *testing.T) {
	for _, test := range []struct {
		change func(*wire.Layer)
		want   string
	}{
		{func(l *wire.Layer) { l.MediaType = "text/plain" }, `mediaType "text/plain": expected "application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.oci.image.layer.v1.tar+zstd" or "application/vnd.oci.image.layer.v1.tar"`},
		{func(l *wire.Layer) { l.Digest = "md5:1" }, `digest "md5:1": expected "sha256:" and 64 hex digits`},
		{func(l *wire.Layer) { l.DiffID = "" }, `diffId "": expected "sha256:" and 64 hex digits`},
	} {
		s := newScene(t)
		layer := ocitest.Layer(t, "//app:app", "a=1")
		meta, err := wire.ReadFile[wire.Layer](layer.Meta)
		if err != nil {
			t.Fatal(err)
		}
		test.change(&meta)
		if err := wire.WriteFile(layer.Meta, meta); err != nil {
			t.Fatal(err)
		}
		want := `writing OCI layout "` + s.path("app") + `": layer description "` + layer.Meta + `": ` + test.want
		if err := s.image("app", s.layers(layer)); err == nil || err.Error() != want {
			t.Errorf("got error\n%v\nwant\n%s", err, want)
		}
		nothingWritten(t, s)
	}
}

func TestRefusesOutputThatHoldsSomething(t *testing.T) {
	s := newScene(t)
	if err := os.Mkdir(s.path("app"), 0o755); err != nil {
		t.Fatal(err)
	}
	ocitest.Write(t, s.path("app/precious"), "")
	want := `creating OCI layout "` + s.path("app") + `": the directory holds "precious", expected an empty or an absent one`
	if err := s.image("app"); err == nil || err.Error() != want {
		t.Errorf("got error\n%v\nwant\n%s", err, want)
	}
	if _, err := os.Stat(s.path("app/precious")); err != nil {
		t.Error(err)
	}
}

func TestRemovesLayoutIfDigestCannotBeWritten(t *testing.T) {
	s := newScene(t)
	err := s.image("app", "--digest="+s.path("absent/digest"))
	if err == nil || !strings.HasPrefix(err.Error(), "writing digest: ") {
		t.Errorf("got error %v, want one of writing the digest", err)
	}
	nothingWritten(t, s)
}

func TestInterruptLeavesNothing(t *testing.T) {
	s := newScene(t)
	layers := s.layers(ocitest.Layer(t, "//app:app", "a=1"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.ctx = ctx
	if err := s.image("app", layers); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	nothingWritten(t, s)
}

// rewrite changes index.json of a layout.
func rewrite(t *testing.T, dir string, change func(index map[string]any)) {
	t.Helper()
	file := filepath.Join(dir, "index.json")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var index map[string]any
	if err := json.Unmarshal(data, &index); err != nil {
		t.Fatal(err)
	}
	change(index)
	if data, err = json.Marshal(index); err != nil {
		t.Fatal(err)
	}
	ocitest.Write(t, file, string(data))
}

func TestRefusesBases(t *testing.T) {
	for _, test := range []struct {
		name   string
		damage func(t *testing.T, dir, layer string)
		want   string
	}{
		{"no layout", func(t *testing.T, dir, layer string) { remove(t, filepath.Join(dir, "oci-layout")) },
			`not an OCI image layout: it has no file "oci-layout"; expected a directory as node_runtime, oci_image or oci_pull make it`},
		{"no index", func(t *testing.T, dir, layer string) { remove(t, filepath.Join(dir, "index.json")) },
			`not an OCI image layout: it has no readable file "index.json"`},
		{"no image", func(t *testing.T, dir, layer string) {
			rewrite(t, dir, func(index map[string]any) { index["manifests"] = []any{} })
		}, `index.json lists no image`},
		{"other platform", func(t *testing.T, dir, layer string) {
			rewrite(t, dir, func(index map[string]any) {
				index["manifests"].([]any)[0].(map[string]any)["platform"] = map[string]string{"os": "linux", "architecture": "arm64", "variant": "v8"}
			})
		}, `no image for platform linux/amd64; the layout holds: linux/arm64/v8`},
		{"other kind", func(t *testing.T, dir, layer string) {
			rewrite(t, dir, func(index map[string]any) { index["manifests"].([]any)[0].(map[string]any)["mediaType"] = "text/plain" })
		}, `manifest MANIFEST is "text/plain", expected an image manifest or an index of OCI or docker schema 2`},
		{"blob missing", func(t *testing.T, dir, layer string) { remove(t, layer) },
			`layer sha256:LAYER is missing: expected it at blobs/sha256/LAYER`},
		{"blob cut", func(t *testing.T, dir, layer string) { ocitest.Write(t, layer, "x") },
			`layer sha256:LAYER has 1 bytes, expected 2048`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScene(t)
			base := s.mustImage("base", s.layers(ocitest.Layer(t, "//b", "a=1")))
			manifest, layer := base.Digest.String(), base.Manifest.Layers[0].Digest.Hex
			test.damage(t, s.path("base"), base.Blob(base.Manifest.Layers[0].Digest))
			want := `base image: reading OCI layout "` + s.path("base") + `": ` + strings.NewReplacer("MANIFEST", manifest, "LAYER", layer).Replace(test.want)
			if err := s.image("app", "--base="+s.path("base")); err == nil || err.Error() != want {
				t.Errorf("got error\n%v\nwant\n%s", err, want)
			}
			nothingWritten(t, s)
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}
