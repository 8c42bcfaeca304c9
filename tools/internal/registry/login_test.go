// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const user, password = "robot", "s3cret"

func write(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

func auths(key, password string) string {
	return fmt.Sprintf(`{"auths": {%q: {"auth": %q}}}`, key, base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
}

// guarded wants basic credentials for everything.
func guarded(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if u, p, _ := r.BasicAuth(); u != user || p != password {
		w.Header().Set("WWW-Authenticate", `Basic realm="registry.example"`)
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}`)
		return
	}
	next.ServeHTTP(w, r)
}

func TestCredentialFiles(t *testing.T) {
	for _, test := range []struct {
		name string
		put  func(t *testing.T, home, host string)
	}{
		{"$DOCKER_CONFIG", func(t *testing.T, home, host string) {
			t.Setenv("DOCKER_CONFIG", filepath.Join(home, "docker"))
			write(t, filepath.Join(home, "docker/config.json"), auths(host, password), 0o600)
			write(t, filepath.Join(home, ".docker/config.json"), auths(host, "wrong"), 0o600)
		}},
		{"home", func(t *testing.T, home, host string) {
			t.Setenv("DOCKER_CONFIG", filepath.Join(home, "docker"))
			write(t, filepath.Join(home, "docker/config.json"), auths("other.example", "wrong"), 0o600)
			write(t, filepath.Join(home, ".docker/config.json"), auths("https://"+host, password), 0o600)
		}},
		{"$REGISTRY_AUTH_FILE", func(t *testing.T, home, host string) {
			t.Setenv("REGISTRY_AUTH_FILE", filepath.Join(home, "auth.json"))
			write(t, filepath.Join(home, "auth.json"), auths(host+"/team", password), 0o600)
		}},
		{"$XDG_RUNTIME_DIR", func(t *testing.T, home, host string) {
			t.Setenv("XDG_RUNTIME_DIR", home)
			write(t, filepath.Join(home, "containers/auth.json"), auths(host+"/team/app", password), 0o600)
		}},
		{"username and password", func(t *testing.T, home, host string) {
			write(t, filepath.Join(home, ".docker/config.json"), fmt.Sprintf(`{"auths": {%q: {"username": %q, "password": %q}}}`, host, user, password), 0o600)
		}},
		{"the repository's own entry", func(t *testing.T, home, host string) {
			both := strings.TrimSuffix(auths(host, "wrong"), "}}") + "," + strings.TrimPrefix(auths(host+"/team/app", password), `{"auths": {`)
			write(t, filepath.Join(home, ".docker/config.json"), both, 0o600)
		}},
		{"helper of the registry", func(t *testing.T, home, host string) {
			helper(t, home, "own", `read server; [ "$server" = `+host+` ] && echo '{"Username": "robot", "Secret": "s3cret"}'`)
			write(t, filepath.Join(home, ".docker/config.json"), `{"credHelpers": {"`+host+`": "own"}, "credsStore": "gone"}`, 0o600)
		}},
		{"helper of the file", func(t *testing.T, home, host string) {
			helper(t, home, "store", `echo '{"Username": "robot", "Secret": "s3cret"}'`)
			write(t, filepath.Join(home, ".docker/config.json"), `{"auths": {"`+host+`": {}}, "credsStore": "store"}`, 0o600)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t, guarded)
			test.put(t, noLogin(t), s.host)
			if _, _, err := push(t, threeLayers(t, "one"), s.target(t, "team/app", "a")); err != nil {
				t.Error(err)
			}
		})
	}
}

// helper puts a credential helper on PATH.
func helper(t *testing.T, home, name, script string) {
	t.Helper()
	write(t, filepath.Join(home, "bin/docker-credential-"+name), "#!/bin/sh\n"+script+"\n", 0o755)
	t.Setenv("PATH", filepath.Join(home, "bin")+":"+os.Getenv("PATH"))
}

func TestRefusalWithoutCredentialsSaysWhereItLooked(t *testing.T) {
	home := noLogin(t)
	t.Setenv("DOCKER_CONFIG", filepath.Join(home, "docker"))
	write(t, filepath.Join(home, "docker/config.json"), auths("other.example", password), 0o600)
	s := newServer(t, guarded)
	_, _, err := push(t, threeLayers(t, "one"), s.target(t, "team/app", "a"))
	digest := ""
	if err != nil {
		_, rest, _ := strings.Cut(err.Error(), "/blobs/")
		digest, _, _ = strings.Cut(rest, ": 401")
	}
	wantError(t, err, fmt.Sprintf("pushing to %q: registry %s wants credentials, and none were found: HEAD /v2/team/app/blobs/%s: 401 Unauthorized; "+
		"looked for an entry %q in %s/docker/config.json (no entry), %s/.docker/config.json (no such file); run `docker login %s`",
		s.host+"/team/app", s.host, digest, s.host, home, home, s.host))
	if blobs, _ := s.took(); blobs != 0 {
		t.Errorf("%d blobs were sent, want none", blobs)
	}
}

func TestRefusalOfCredentialsNamesTheirSource(t *testing.T) {
	home := noLogin(t)
	s := newServer(t, guarded)
	write(t, filepath.Join(home, ".docker/config.json"), auths(s.host, "stale"), 0o600)
	_, _, err := push(t, threeLayers(t, "one"), s.target(t, "team/app", "a"))
	if err == nil {
		t.Fatal("the push succeeded with a wrong password")
	}
	want := fmt.Sprintf("pushing to %q: registry %s refused the credentials of user \"robot\" from %s/.docker/config.json (auths entry %q): HEAD /v2/team/app/blobs/",
		s.host+"/team/app", s.host, home, s.host)
	if !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got error\n%v\nwant it to begin\n%s", err, want)
	}
	if want := "; run `docker login " + s.host + "` again, or ask for the right to push to this repository"; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got error\n%v\nwant it to end\n%s", err, want)
	}
	if strings.Contains(err.Error(), "stale") {
		t.Errorf("the error tells the password: %v", err)
	}
}

// tokens wants a bearer token, which its own token endpoint gives for the right password.
func tokens(w http.ResponseWriter, r *http.Request, next http.Handler) {
	u, p, _ := r.BasicAuth()
	switch {
	case r.URL.Path == "/token" && u == user && p == password:
		fmt.Fprintf(w, `{"token": %q}`, "for "+strings.Join(r.URL.Query()["scope"], " "))
	case r.URL.Path == "/token":
		w.WriteHeader(http.StatusUnauthorized)
	case r.Header.Get("Authorization") != "Bearer for repository:team/app:push,pull":
		w.Header().Set("WWW-Authenticate", `Bearer realm="http://`+r.Host+`/token",service="registry.example"`)
		w.WriteHeader(http.StatusUnauthorized)
	default:
		next.ServeHTTP(w, r)
	}
}

func TestTokens(t *testing.T) {
	home := noLogin(t)
	s := newServer(t, tokens)
	write(t, filepath.Join(home, ".docker/config.json"), auths(s.host, password), 0o600)
	if _, _, err := push(t, threeLayers(t, "one"), s.target(t, "team/app", "a")); err != nil {
		t.Error(err)
	}
	write(t, filepath.Join(home, ".docker/config.json"), auths(s.host, "stale"), 0o600)
	_, _, err := push(t, threeLayers(t, "one"), s.target(t, "team/app", "a"))
	if err == nil || !strings.Contains(err.Error(), "refused the credentials of user \"robot\" from "+home) || strings.Contains(err.Error(), "stale") {
		t.Errorf("got error %v, want a refusal that names the file and not the password", err)
	}
}

func TestBrokenCredentials(t *testing.T) {
	for _, test := range []struct{ name, config, script, want string }{
		{"no JSON", `{`, "", `parsing credentials file "FILE": unexpected end of JSON input`},
		{"malformed auth", `{"auths": {"HOST": {"auth": "!"}}}`, "", `credentials file "FILE": auths entry "HOST": "auth" is malformed, expected the base64 of user:password`},
		{"helper not there", `{"credsStore": "gone"}`, "", `credentials file "FILE": credential helper "gone" is not on PATH: install docker-credential-gone, or remove "gone" from the file's credHelpers or credsStore`},
		{"helper is a path", `{"credsStore": "../x"}`, "", `credentials file "FILE": credential helper "../x": expected a name, found a path`},
		{"helper fails", `{"credsStore": "test"}`, "echo locked >&2; exit 3", `credentials file "FILE": asking docker-credential-test for "HOST": exit status 3: locked`},
		{"helper says nothing", `{"credsStore": "test"}`, "echo s3cret", `credentials file "FILE": asking docker-credential-test for "HOST": the answer is not the JSON that was expected, with Username and Secret`},
	} {
		t.Run(test.name, func(t *testing.T) {
			home := noLogin(t)
			s := newServer(t, nil)
			helper(t, home, "test", test.script)
			file := filepath.Join(home, ".docker/config.json")
			fill := strings.NewReplacer("FILE", file, "HOST", s.host)
			write(t, file, fill.Replace(test.config), 0o600)
			_, _, err := push(t, threeLayers(t, "one"), s.target(t, "app"))
			wantError(t, err, fill.Replace(`pushing to "HOST/app": `+test.want))
			if len(s.log) != 0 {
				t.Errorf("the registry saw %q, want no request", s.log)
			}
		})
	}
}

func TestHelperThatKnowsNothingLeavesThePushAnonymous(t *testing.T) {
	home := noLogin(t)
	s := newServer(t, nil)
	helper(t, home, "empty", "echo 'credentials not found in native keychain'; exit 1")
	write(t, filepath.Join(home, ".docker/config.json"), `{"credsStore": "empty"}`, 0o600)
	if _, _, err := push(t, threeLayers(t, "one"), s.target(t, "app")); err != nil {
		t.Error(err)
	}
}

func TestTargets(t *testing.T) {
	for _, test := range []struct {
		repository, tag string
		insecure        bool
		shown, err      string
	}{
		{"registry.example/team/app", "v1.0", false, "registry.example/team/app", ""},
		{"registry.example:5000/a", "latest", false, "registry.example:5000/a", ""},
		{"10.0.0.1/a", "latest", false, "10.0.0.1/a", ""},
		{"localhost/a", "a", true, "localhost/a", ""},
		{"localhost:5000/a", "a", true, "localhost:5000/a", ""},
		{"127.0.0.1:5000/a", "a", true, "127.0.0.1:5000/a", ""},
		{"[::1]:5000/a__b", "a", true, "[::1]:5000/a__b", ""},
		{"docker.io/team/app", "a", false, "docker.io/team/app", ""},
		{"team/app", "a", false, "", `repository "team/app": expected the registry and the path, such as "registry.example/team/app"; Docker Hub is "docker.io"`},
		{"app", "a", false, "", `repository "app": expected the registry and the path, such as "registry.example/team/app"; Docker Hub is "docker.io"`},
		{"registry.example/App", "a", false, "", `repository "registry.example/App": expected a path of lower case letters, digits and single separators ".", "_", "-", "/", without a tag or a digest, found "App"`},
		{"registry.example/app:1", "a", false, "", `repository "registry.example/app:1": expected a path of lower case letters, digits and single separators ".", "_", "-", "/", without a tag or a digest, found "app:1"`},
		{"user@registry.example/app", "a", false, "", `repository "user@registry.example/app": expected a registry's host name, with or without a port, found "user@registry.example"`},
		{"registry.example/app", "", false, "", `tag "": expected 1 to 128 letters, digits, "_", "." or "-", not beginning with "." or "-"`},
		{"registry.example/app", "a/b", false, "", `tag "a/b": expected 1 to 128 letters, digits, "_", "." or "-", not beginning with "." or "-"`},
	} {
		target, err := ParseTarget(test.repository, []string{test.tag}, false)
		switch {
		case test.err != "":
			wantError(t, err, test.err)
		case err != nil:
			t.Errorf("%s: %v", test.repository, err)
		case target.Shown() != test.shown || target.Insecure != test.insecure:
			t.Errorf("%s: got %s, insecure %v; want %s, %v", test.repository, target.Shown(), target.Insecure, test.shown, test.insecure)
		}
	}
}
