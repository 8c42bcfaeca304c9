// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

func TestPushesOnlyWhatIsMissing(t *testing.T) {
	noLogin(t)
	s := newServer(t, nil)
	target := s.target(t, "team/app", "latest", "1.0")
	image := threeLayers(t, "one")

	for _, step := range []struct {
		name             string
		app              string
		blobs, manifests int
	}{
		{"everything at first", "one", 4, 2},
		{"nothing but the tags the second time", "one", 0, 2},
		{"one layer, and the configuration that names it, after a change in one layer", "two", 2, 2},
	} {
		if step.app == "two" {
			image = threeLayers(t, "two")
		}
		lines, log, err := push(t, image, target)
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{s.host + "/team/app@" + image.Digest.String()}; !slices.Equal(lines, want) {
			t.Errorf("%s: got %q, want %q", step.name, lines, want)
		}
		blobs, manifests := s.took()
		if blobs != step.blobs || manifests != step.manifests {
			t.Errorf("%s: %d blobs and %d manifests were sent, want %d and %d", step.name, blobs, manifests, step.blobs, step.manifests)
		}
		if want := fmt.Sprintf("%s/team/app: pushed %d blobs (", s.host, step.blobs); !strings.Contains(log, want) {
			t.Errorf("%s: log\n%swant %q", step.name, log, want)
		}
	}
	for _, tag := range target.Tags {
		pulled, err := remote.Image(target.Repository.Tag(tag))
		if err != nil {
			t.Fatal(err)
		}
		if err := validate.Image(pulled); err != nil {
			t.Error(err)
		}
	}
}

func TestPushesByDigestWithoutTags(t *testing.T) {
	noLogin(t)
	s := newServer(t, nil)
	image := threeLayers(t, "one")
	if _, _, err := push(t, image, s.target(t, "app")); err != nil {
		t.Fatal(err)
	}
	if got, want := s.log[len(s.log)-1], "PUT /v2/app/manifests/"+image.Digest.String(); got != want {
		t.Errorf("the last request was %q, want %q", got, want)
	}
}

func TestSecondRepositoryMounts(t *testing.T) {
	noLogin(t)
	var mu sync.Mutex
	var mounts []string
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		second := strings.HasPrefix(r.URL.Path, "/v2/team/second/blobs/")
		switch {
		case second && r.Method == http.MethodHead:
			w.WriteHeader(http.StatusNotFound)
		case second && r.URL.Query().Get("from") == "team/first":
			mu.Lock()
			mounts = append(mounts, r.URL.Query().Get("mount"))
			mu.Unlock()
			w.WriteHeader(http.StatusCreated)
		default:
			next.ServeHTTP(w, r)
		}
	})
	_, log, err := push(t, threeLayers(t, "one"), s.target(t, "team/first", "a"), s.target(t, "team/second", "a"))
	if err != nil {
		t.Fatal(err)
	}
	if blobs, _ := s.took(); blobs != 4 || len(mounts) != 4 {
		t.Errorf("%d blobs were sent and %d mounted, want 4 and 4", blobs, len(mounts))
	}
	if want := s.host + "/team/second: pushed 0 blobs (0 B), 0 already there, 4 mounted\n"; !strings.HasSuffix(log, want) {
		t.Errorf("log\n%swant at its end\n%s", log, want)
	}
}

func TestRegistryThatMountsNothingGetsUploads(t *testing.T) {
	noLogin(t)
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r)
	})
	if _, _, err := push(t, threeLayers(t, "one"), s.target(t, "first"), s.target(t, "second")); err != nil {
		t.Fatal(err)
	}
	if blobs, _ := s.took(); blobs != 8 {
		t.Errorf("%d blobs were sent, want 8", blobs)
	}
}

// failing answers the first n requests that match with a status.
func failing(n, status int, match func(*http.Request) bool) around {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		mu.Lock()
		fails := match(r) && n > 0
		if fails {
			n--
		}
		mu.Unlock()
		if fails {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(status)
			io.WriteString(w, `{"errors": [{"code": "UNAVAILABLE", "message": "come back later"}]}`)
			return
		}
		next.ServeHTTP(w, r)
	}
}

func method(method, part string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == method && strings.Contains(r.URL.Path, part) }
}

func TestServerErrorsAreRetried(t *testing.T) {
	noLogin(t)
	for _, test := range []struct {
		name   string
		status int
		match  func(*http.Request) bool
	}{
		{"handshake", 503, method("GET", "/v2/")},
		{"look", 500, method("HEAD", "/blobs/")},
		{"start of an upload", 429, method("POST", "/blobs/")},
		{"upload", 502, method("PUT", "/blobs/")},
		{"manifest", 504, method("PUT", "/manifests/")},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t, failing(2, test.status, test.match))
			if _, _, err := push(t, threeLayers(t, "one"), s.target(t, "app", "a")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBrokenConnectionsAreRetried(t *testing.T) {
	noLogin(t)
	var once sync.Once
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPut {
			once.Do(func() { panic(http.ErrAbortHandler) })
		}
		next.ServeHTTP(w, r)
	})
	if _, _, err := push(t, threeLayers(t, "one"), s.target(t, "app", "a")); err != nil {
		t.Error(err)
	}
}

func TestGivesUpOnARegistryThatStaysBroken(t *testing.T) {
	noLogin(t)
	s := newServer(t, failing(1000, 503, method("PUT", "/manifests/")))
	_, _, err := push(t, threeLayers(t, "one"), s.target(t, "app", "a"))
	wantError(t, err, `pushing to "`+s.host+`/app": registry `+s.host+` still fails after 3 attempts: PUT /v2/app/manifests/a: 503 Service Unavailable: UNAVAILABLE: come back later`)
}

func TestGivesUpOnARegistryThatIsDown(t *testing.T) {
	noLogin(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	target, err := ParseTarget(host+"/app", nil, false)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = push(t, threeLayers(t, "one"), target)
	wantError(t, err, `pushing to "`+host+`/app": registry `+host+` does not answer after 3 attempts: dial tcp `+host+`: connect: connection refused`)
}

func TestTheWaitIsAFewSeconds(t *testing.T) {
	var sum time.Duration
	for _, delay := range NewPusher(io.Discard).delays {
		sum += delay
	}
	if sum < time.Second || sum > 5*time.Second {
		t.Errorf("the delays sum up to %s, want 1 to 5 seconds", sum)
	}
}

func TestClientErrorsAreNotRetried(t *testing.T) {
	noLogin(t)
	tries := 0
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, "/manifests/") {
			tries++
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, `{"errors": [{"code": "MANIFEST_INVALID", "message": "no"}, {"code": "SIZE_INVALID"}]}`)
			return
		}
		next.ServeHTTP(w, r)
	})
	_, _, err := push(t, threeLayers(t, "one"), s.target(t, "app", "a"))
	wantError(t, err, `pushing to "`+s.host+`/app": PUT /v2/app/manifests/a: 400 Bad Request: MANIFEST_INVALID: no; SIZE_INVALID`)
	if tries != 1 {
		t.Errorf("tried %d times, want once", tries)
	}
}

func TestNoticesAChangedManifest(t *testing.T) {
	noLogin(t)
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, "/manifests/") {
			w.Header().Set("Docker-Content-Digest", "sha256:other")
			w.WriteHeader(http.StatusCreated)
			return
		}
		next.ServeHTTP(w, r)
	})
	image := threeLayers(t, "one")
	_, _, err := push(t, image, s.target(t, "app", "a"))
	wantError(t, err, `pushing to "`+s.host+`/app": the registry says that "a" is sha256:other, expected `+image.Digest.String()+`: it changed the manifest`)
}

func TestAnInterruptEndsThePush(t *testing.T) {
	noLogin(t)
	ctx, cancel := context.WithCancel(context.Background())
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPut {
			// The server notices that the client has gone only once it has read the body.
			io.Copy(io.Discard, r.Body)
			cancel()
			<-r.Context().Done()
			return
		}
		next.ServeHTTP(w, r)
	})
	_, err := NewPusher(io.Discard).Push(ctx, threeLayers(t, "one"), []Target{s.target(t, "app")})
	wantError(t, err, `pushing to "`+s.host+`/app": context canceled`)
}

func TestSecureRegistriesAreNeverSpokenToInClearText(t *testing.T) {
	noLogin(t)
	s := newServer(t, nil)
	registry, err := name.NewRegistry(s.host, name.StrictValidation)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = push(t, threeLayers(t, "one"), Target{Repository: registry.Repo("app")})
	wantError(t, err, `pushing to "`+s.host+`/app": registry `+s.host+` speaks plain http, expected https: set insecure = True if that is what you want`)
	if len(s.log) != 0 {
		t.Errorf("the registry saw %q, want no request", s.log)
	}
}

func TestUnknownCertificateIsNotRetried(t *testing.T) {
	noLogin(t)
	web := httptest.NewUnstartedServer(http.NotFoundHandler())
	web.Config.ErrorLog = log.New(io.Discard, "", 0)
	web.StartTLS()
	t.Cleanup(web.Close)
	host := strings.TrimPrefix(web.URL, "https://")
	registry, err := name.NewRegistry(host, name.StrictValidation)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = push(t, threeLayers(t, "one"), Target{Repository: registry.Repo("app")})
	wantError(t, err, `pushing to "`+host+`/app": reaching registry `+host+`: tls: failed to verify certificate: x509: certificate signed by unknown authority`)
}
