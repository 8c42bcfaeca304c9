// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rules-node-image/rules_node_image/tools/internal/rootfs/rootfstest"
	"github.com/rules-node-image/rules_node_image/tools/internal/sandbox"
	"github.com/rules-node-image/rules_node_image/tools/internal/sandbox/payload"

	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

func TestMain(m *testing.M) {
	sandbox.Init()
	payload.Main()
	refusedMain()
	os.Exit(m.Run())
}

var (
	programOnce sync.Once
	// programLayer holds the payload; packing it once is enough.
	programLayer v1.Layer
)

func program(t *testing.T) v1.Layer {
	t.Helper()
	programOnce.Do(func() {
		files, err := payload.Files()
		if err != nil {
			t.Fatal(err)
		}
		var entries []tar.Header
		for path, content := range files {
			entries = append(entries, rootfstest.Owned(rootfstest.File(path, string(content)), 0, 0, 0o755))
		}
		programLayer = rootfstest.Layer(t, compression.None, entries...)
	})
	return programLayer
}

// imageOf is the layout of an image with the payload as entrypoint, the given command, and a layer of entries above it.
func imageOf(t *testing.T, config v1.Config, entries ...tar.Header) string {
	t.Helper()
	if config.Entrypoint == nil {
		config.Entrypoint = []string{payload.Path}
	}
	if config.User == "" {
		config.User = "65532:65533"
	}
	image := rootfstest.Image(t, config, program(t), rootfstest.Layer(t, compression.GZip, entries...))
	return rootfstest.Layout(t, mutate.IndexAddendum{Add: image})
}

// object is a JSON object.
type object = map[string]any

// runTest runs the tool with a configuration and returns the report with its times left out, and the error's text.
func runTest(t *testing.T, config object) (report, problem string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return runUnder(t, ctx, config)
}

func runUnder(t *testing.T, ctx context.Context, config object) (report, problem string) {
	t.Helper()
	scratch := t.TempDir()
	t.Setenv("TEST_TMPDIR", scratch)
	t.Setenv("XML_OUTPUT_FILE", "")
	var stdout, stderr strings.Builder
	if err := run(ctx, []string{"--config=" + configFile(t, config)}, &stdout, &stderr); err != nil {
		problem = err.Error()
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if stderr.Len() > 0 {
		t.Errorf("found on stderr: %s", stderr.String())
	}
	return times.ReplaceAllString(stdout.String(), "(N ms)"), problem
}

var times = regexp.MustCompile(`\(\d+ ms\)`)

func configFile(t *testing.T, config object) string {
	t.Helper()
	data, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// scenario is one image, checks on it, and what the tool says.
type scenario struct {
	claim   string
	config  v1.Config
	entries []tar.Header
	checks  []object
	tmpfs   []string
	env     object
	timeout int
	// report without the closing line; that and the error follow from the number of FAIL lines.
	report string
}

func (s scenario) run(t *testing.T) {
	t.Helper()
	config := object{"image": imageOf(t, s.config, s.entries...), "checks": s.checks, "tmpfs": s.tmpfs, "env": s.env, "timeout_seconds": s.timeout}
	report, problem := runTest(t, config)
	failed := strings.Count("\n"+s.report, "\nFAIL ")
	expectedReport := fmt.Sprintf("%s%d passed, %d failed\n", s.report, len(s.checks)-failed, failed)
	expectedProblem := ""
	if failed > 0 {
		expectedProblem = fmt.Sprintf("%d of %d checks did not pass", failed, len(s.checks))
	}
	if report != expectedReport || problem != expectedProblem {
		t.Errorf("found\n%s%s\nexpected\n%s%s", report, problem, expectedReport, expectedProblem)
	}
}
