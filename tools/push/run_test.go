// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci/ocitest"
	"github.com/rules-node-image/rules_node_image/tools/internal/runconfig"

	fake "github.com/google/go-containerregistry/pkg/registry"
)

// No test shall find the credentials of whoever runs it.
func TestMain(m *testing.M) {
	os.Unsetenv("DOCKER_CONFIG")
	os.Exit(m.Run())
}

func testImage(t *testing.T) *oci.Image {
	t.Helper()
	return ocitest.Image(t, ocitest.GzipLayer(t, "//runtime", "opt/bin/node=elf"), ocitest.GzipLayer(t, "//app", "usr/src/app/index.js=1"))
}

// result of one start of the tool.
type result struct {
	stdout, stderr string
	err            error
}

// start runs the tool with a configuration, away from the credentials of whoever runs the tests.
func start(t *testing.T, c config, args ...string) result {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_RUNTIME_DIR", "")
	t.Setenv("REGISTRY_AUTH_FILE", "")
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "push.json")
	ocitest.Write(t, file, string(data))
	var stdout, stderr strings.Builder
	err = run(context.Background(), "push", append([]string{"--config=" + file}, args...), &stdout, &stderr)
	return result{stdout.String(), stderr.String(), err}
}

func (r result) want(t *testing.T, stdout, err string) {
	t.Helper()
	if r.stdout != stdout {
		t.Errorf("got on stdout\n%swant\n%s", r.stdout, stdout)
	}
	if got := message(r.err); got != err {
		t.Errorf("got error\n%s\nwant\n%s", got, err)
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func inProcess(t *testing.T) string {
	t.Helper()
	web := httptest.NewServer(fake.New(fake.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(web.Close)
	return strings.TrimPrefix(web.URL, "http://")
}

func TestStdoutIsTheReferencesAlone(t *testing.T) {
	host, image := inProcess(t), testImage(t)
	dir := t.TempDir()
	status, tags := filepath.Join(dir, "status"), filepath.Join(dir, "tags")
	ocitest.Write(t, status, "STABLE_GIT_COMMIT abc123\n")
	ocitest.Write(t, tags, "from-file\n\n  latest  \n")
	r := start(t, config{
		Image: runconfig.Path(image.Dir), Repositories: []string{host + "/a", host + "/b"}, Tags: []string{"latest", "git-{STABLE_GIT_COMMIT}"},
		TagFiles: []runconfig.Path{runconfig.Path(tags)}, Status: []runconfig.Path{runconfig.Path(status)},
	}, "--tag=extra")
	r.want(t, host+"/a@"+image.Digest.String()+"\n"+host+"/b@"+image.Digest.String()+"\n", "")
	if !strings.Contains(r.stderr, "uploaded\n") || !strings.Contains(r.stderr, host+"/a: pushed 3 blobs (") {
		t.Errorf("stderr\n%swant a line per blob and a summary", r.stderr)
	}
	for _, tag := range []string{"latest", "git-abc123", "from-file", "extra"} {
		pullAndCompare(t, host+"/b:"+tag, image)
	}
}

func TestFlagsNameOtherRepositories(t *testing.T) {
	host, image := inProcess(t), testImage(t)
	start(t, config{Image: runconfig.Path(image.Dir), Repositories: []string{"registry.example/never"}}, "--repository="+host+"/other").
		want(t, host+"/other@"+image.Digest.String()+"\n", "")
}

func TestDryRunSendsNothing(t *testing.T) {
	image := testImage(t)
	r := start(t, config{Image: runconfig.Path(image.Dir), Repositories: []string{"registry.example/app", "localhost:1/app"}, Tags: []string{"a", "b"}}, "--dry-run")
	r.want(t, "registry.example/app@"+image.Digest.String()+"\nlocalhost:1/app@"+image.Digest.String()+"\n", "")
	want := "would push to registry.example/app as a, b, 2 layers, by https\nwould push to localhost:1/app as a, b, 2 layers, by plain http\n"
	if r.stderr != want {
		t.Errorf("got on stderr\n%swant\n%s", r.stderr, want)
	}
}

func TestRefusesBeforeAnythingIsSent(t *testing.T) {
	image := testImage(t)
	good := config{Image: runconfig.Path(image.Dir), Repositories: []string{"localhost:1/app"}}
	for _, test := range []struct {
		name   string
		change func(*config)
		want   string
	}{
		{"no repository", func(c *config) { c.Repositories = nil }, `no repository is configured: give --repository=registry.example/team/app`},
		{"second repository", func(c *config) { c.Repositories = append(c.Repositories, "app") },
			`repository "app": expected the registry and the path, such as "registry.example/team/app"; Docker Hub is "docker.io"`},
		{"tag", func(c *config) { c.Tags = []string{"a b"} }, `tag "a b": expected 1 to 128 letters, digits, "_", "." or "-", not beginning with "." or "-"`},
		{"unstamped", func(c *config) { c.Tags = []string{"v{STABLE_VERSION}"} }, `tag "v{STABLE_VERSION}": the build is not stamped: build with --stamp`},
		{"image", func(c *config) { c.Image = "/absent" },
			`reading OCI layout "/absent": not an OCI image layout: it has no file "oci-layout"; expected a directory as node_runtime, oci_image or oci_pull make it`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := good
			test.change(&c)
			start(t, c).want(t, "", test.want)
		})
	}
}

func TestWrongFlagsAreUsageErrors(t *testing.T) {
	err := run(context.Background(), "push", []string{"--no-such"}, io.Discard, io.Discard)
	if got := cli.Code("push", err, io.Discard); got != cli.ExitUsage {
		t.Errorf("exit code %d, want %d", got, cli.ExitUsage)
	}
}
