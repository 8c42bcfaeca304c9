// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci/ocitest"
	"github.com/rules-node-image/rules_node_image/tools/internal/runconfig"

	"github.com/bazelbuild/rules_go/go/runfiles"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

const registryConfig = `version: 0.1
storage:
  filesystem:
    rootdirectory: %s
http:
  addr: 127.0.0.1:0
`

// The bcrypt line of user "robot" with password "s3cret".
const htpasswd = "robot:$2b$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK\n"

var listening = regexp.MustCompile(`listening on (127\.0\.0\.1:[0-9]+)`)

// realRegistry starts the docker-registry server that the environment variable DOCKER_REGISTRY names, an absolute or an rlocation
// path, and returns its address.
func realRegistry(t *testing.T, guarded bool) string {
	t.Helper()
	binary := os.Getenv("DOCKER_REGISTRY")
	if binary == "" {
		t.Skip("DOCKER_REGISTRY is not set: expected the path of a docker-registry server")
	}
	if !filepath.IsAbs(binary) {
		found, err := runfiles.Rlocation(binary)
		if err != nil {
			t.Fatal(err)
		}
		binary = found
	}
	dir := t.TempDir()
	text := fmt.Sprintf(registryConfig, filepath.Join(dir, "storage"))
	if guarded {
		ocitest.Write(t, filepath.Join(dir, "htpasswd"), htpasswd)
		text += fmt.Sprintf("auth:\n  htpasswd:\n    realm: registry.example\n    path: %s\n", filepath.Join(dir, "htpasswd"))
	}
	ocitest.Write(t, filepath.Join(dir, "config.yml"), text)
	command := exec.Command(binary, "serve", filepath.Join(dir, "config.yml"))
	command.Env = []string{}
	output, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	var log strings.Builder
	scanner := bufio.NewScanner(output)
	for scanner.Scan() {
		log.WriteString(scanner.Text() + "\n")
		if match := listening.FindStringSubmatch(scanner.Text()); match != nil {
			go io.Copy(io.Discard, output)
			return match[1]
		}
	}
	t.Fatalf("%s ended before it listened:\n%s", binary, log.String())
	return ""
}

// pullAndCompare pulls an image back and compares every byte.
func pullAndCompare(t *testing.T, reference string, want *oci.Image, options ...remote.Option) {
	t.Helper()
	parsed, err := name.ParseReference(reference)
	if err != nil {
		t.Fatal(err)
	}
	image, err := remote.Image(parsed, options...)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := image.RawManifest()
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.RawConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(manifest, want.Raw) || !bytes.Equal(config, want.RawConfig) {
		t.Errorf("%s has the manifest\n%s\nand the configuration\n%s\nwant\n%s\nand\n%s", reference, manifest, config, want.Raw, want.RawConfig)
	}
	for _, layer := range want.Manifest.Layers {
		pulled, err := image.LayerByDigest(layer.Digest)
		if err != nil {
			t.Fatal(err)
		}
		stream, err := pulled.Compressed()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(stream)
		if err != nil {
			t.Fatal(err)
		}
		stream.Close()
		expected, err := os.ReadFile(want.Blob(layer.Digest))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, expected) {
			t.Errorf("layer %s of %s has other bytes than what was pushed", layer.Digest, reference)
		}
	}
}

func TestRealRegistry(t *testing.T) {
	host, image := realRegistry(t, false), testImage(t)
	c := config{Image: runconfig.Path(image.Dir), Repositories: []string{host + "/team/first", host + "/team/second"}, Tags: []string{"latest", "1.0"}}
	stdout := host + "/team/first@" + image.Digest.String() + "\n" + host + "/team/second@" + image.Digest.String() + "\n"

	r := start(t, c)
	r.want(t, stdout, "")
	wantSummaries(t, r, "/team/first: pushed 3 blobs (", "/team/second: pushed 0 blobs (0 B), 0 already there, 3 mounted")

	r = start(t, c)
	r.want(t, stdout, "")
	wantSummaries(t, r, "/team/first: pushed 0 blobs (0 B), 3 already there", "/team/second: pushed 0 blobs (0 B), 3 already there")

	for _, reference := range []string{"/team/first:latest", "/team/first:1.0", "/team/second:latest", "/team/second@" + image.Digest.String()} {
		pullAndCompare(t, host+reference, image)
	}

	changed := ocitest.Image(t, ocitest.GzipLayer(t, "//runtime", "opt/bin/node=elf"), ocitest.GzipLayer(t, "//app", "usr/src/app/index.js=2"))
	c.Image, c.Repositories = runconfig.Path(changed.Dir), c.Repositories[:1]
	wantSummaries(t, start(t, c), "/team/first: pushed 2 blobs (")
	pullAndCompare(t, host+"/team/first:latest", changed)
}

func wantSummaries(t *testing.T, r result, summaries ...string) {
	t.Helper()
	if r.err != nil {
		t.Error(r.err)
	}
	for _, summary := range summaries {
		if !strings.Contains(r.stderr, summary) {
			t.Errorf("stderr\n%swant in it %q", r.stderr, summary)
		}
	}
}

func TestRealRegistryWithPassword(t *testing.T) {
	host, image := realRegistry(t, true), testImage(t)
	c := config{Image: runconfig.Path(image.Dir), Repositories: []string{host + "/team/app"}, Tags: []string{"latest"}}
	docker := t.TempDir()
	t.Setenv("DOCKER_CONFIG", docker)

	r := start(t, c)
	if want := "registry " + host + " wants credentials, and none were found: "; r.err == nil || !strings.Contains(r.err.Error(), want) {
		t.Errorf("without credentials: got error %v, want in it %q", r.err, want)
	}

	ocitest.Write(t, filepath.Join(docker, "config.json"), `{"auths": {"`+host+`": {"username": "robot", "password": "wrong"}}}`)
	r = start(t, c)
	if want := "registry " + host + " refused the credentials of user \"robot\" from " + docker; r.err == nil || !strings.Contains(r.err.Error(), want) {
		t.Errorf("with a wrong password: got error %v, want in it %q", r.err, want)
	}

	ocitest.Write(t, filepath.Join(docker, "config.json"), `{"auths": {"`+host+`": {"username": "robot", "password": "s3cret"}}}`)
	start(t, c).want(t, host+"/team/app@"+image.Digest.String()+"\n", "")
	pullAndCompare(t, host+"/team/app:latest", image, remote.WithAuth(&authn.Basic{Username: "robot", Password: "s3cret"}))
}
