// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci/ocitest"

	fake "github.com/google/go-containerregistry/pkg/registry"
)

// server is a registry of this process that writes down what it is asked.
type server struct {
	host string
	mu   sync.Mutex
	log  []string
}

// around intercepts requests; next is the registry proper.
type around func(w http.ResponseWriter, r *http.Request, next http.Handler)

func newServer(t *testing.T, wrap around) *server {
	t.Helper()
	s := &server{}
	next := fake.New(fake.Logger(log.New(io.Discard, "", 0)))
	if wrap == nil {
		wrap = func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, r) }
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.log = append(s.log, r.Method+" "+r.URL.Path)
		s.mu.Unlock()
		wrap(w, r, next)
	}))
	t.Cleanup(web.Close)
	s.host = strings.TrimPrefix(web.URL, "http://")
	return s
}

// took returns how many blobs and manifests were sent since the last call.
func (s *server) took() (blobs, manifests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.log {
		switch {
		case strings.HasPrefix(line, "PUT ") && strings.Contains(line, "/blobs/uploads/"):
			blobs++
		case strings.HasPrefix(line, "PUT ") && strings.Contains(line, "/manifests/"):
			manifests++
		}
	}
	s.log = nil
	return blobs, manifests
}

func (s *server) target(t *testing.T, path string, tags ...string) Target {
	t.Helper()
	target, err := ParseTarget(s.host+"/"+path, tags, false)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// noLogin keeps the credentials of whoever runs the tests out of them, and returns the home folder.
func noLogin(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	for _, name := range []string{"DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, "")
	}
	return home
}

func impatient(log io.Writer) *Pusher {
	return &Pusher{Log: log, delays: []time.Duration{time.Millisecond, time.Millisecond}}
}

func push(t *testing.T, image *oci.Image, targets ...Target) (lines []string, log string, err error) {
	t.Helper()
	var text strings.Builder
	lines, err = impatient(&text).Push(context.Background(), image, targets)
	return lines, text.String(), err
}

func threeLayers(t *testing.T, app string) *oci.Image {
	t.Helper()
	return ocitest.Image(t,
		ocitest.GzipLayer(t, "//runtime", "opt/bin/node=elf"),
		ocitest.GzipLayer(t, "//app:npm", "usr/src/app/node_modules/a/index.js=1"),
		ocitest.GzipLayer(t, "//app:app", "usr/src/app/index.js="+app),
	)
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("got error\n%v\nwant\n%s", err, want)
	}
}
