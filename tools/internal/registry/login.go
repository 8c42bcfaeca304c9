// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

// Credentials come from the first of these files that has an entry for the registry, as `docker login` or `podman login` leave them:
//
//  1. $DOCKER_CONFIG/config.json
//  2. ~/.docker/config.json
//  3. $REGISTRY_AUTH_FILE
//  4. $XDG_RUNTIME_DIR/containers/auth.json
//
// Within a file: credHelpers for the registry, then auths (the repository's own entry before the registry's), then credsStore. A
// helper "x" is the program docker-credential-x on PATH. Without an entry the push is anonymous.
func credentialFiles() []string {
	var files []string
	if dir := os.Getenv("DOCKER_CONFIG"); dir != "" {
		files = append(files, filepath.Join(dir, "config.json"))
	}
	if home, err := os.UserHomeDir(); err == nil {
		files = append(files, filepath.Join(home, ".docker", "config.json"))
	}
	if file := os.Getenv("REGISTRY_AUTH_FILE"); file != "" {
		files = append(files, file)
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		files = append(files, filepath.Join(dir, "containers", "auth.json"))
	}
	return files
}

// login is what was found, and where it was looked for.
type login struct {
	config authn.AuthConfig
	host   string
	// source is the file, and the helper if there is one, that had the entry. Empty: none had.
	source string
	looked []string
}

func findLogin(ctx context.Context, repository name.Repository) (login, error) {
	l := login{host: host(repository)}
	for _, file := range credentialFiles() {
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			l.looked = append(l.looked, file+" (no such file)")
			continue
		}
		if err != nil {
			return l, fmt.Errorf("reading credentials: %w", err)
		}
		var parsed credentials
		if err := json.Unmarshal(data, &parsed); err != nil {
			return l, fmt.Errorf("parsing credentials file %q: %w", file, err)
		}
		config, source, err := parsed.find(ctx, repository)
		if err != nil {
			return l, fmt.Errorf("credentials file %q: %w", file, err)
		}
		if source != "" {
			l.config, l.source = config, file+source
			return l, nil
		}
		l.looked = append(l.looked, file+" (no entry)")
	}
	return l, nil
}

// credentials is the part of docker's config.json that podman's auth.json has too.
type credentials struct {
	Auths       map[string]entry  `json:"auths"`
	CredHelpers map[string]string `json:"credHelpers"`
	CredsStore  string            `json:"credsStore"`
}

type entry struct {
	Auth          string `json:"auth"`
	Username      string `json:"username"`
	Password      string `json:"password"`
	IdentityToken string `json:"identitytoken"`
	RegistryToken string `json:"registrytoken"`
}

// find returns the credentials for a repository and what in the file had them; "" for none.
func (c credentials) find(ctx context.Context, repository name.Repository) (authn.AuthConfig, string, error) {
	keys := authKeys(repository)
	for _, key := range keys {
		if helper, ok := c.CredHelpers[key]; ok {
			return askHelper(ctx, helper, repository)
		}
	}
	for _, key := range keys {
		if e := c.Auths[key]; e != (entry{}) {
			config, err := e.config()
			if err != nil {
				return config, "", fmt.Errorf("auths entry %q: %w", key, err)
			}
			return config, fmt.Sprintf(" (auths entry %q)", key), nil
		}
	}
	if c.CredsStore != "" {
		return askHelper(ctx, c.CredsStore, repository)
	}
	return authn.AuthConfig{}, "", nil
}

func (e entry) config() (authn.AuthConfig, error) {
	config := authn.AuthConfig{Username: e.Username, Password: e.Password, IdentityToken: e.IdentityToken, RegistryToken: e.RegistryToken}
	if e.Auth != "" {
		decoded, err := base64.StdEncoding.DecodeString(e.Auth)
		user, password, ok := strings.Cut(string(decoded), ":")
		if err != nil || !ok {
			return config, errors.New("\"auth\" is malformed, expected the base64 of user:password")
		}
		// docker pads the secret with NUL bytes here and there.
		config.Username, config.Password = user, strings.TrimRight(password, "\x00")
	}
	return config, nil
}

// authKeys are the keys under which a repository's credentials may stand, the most particular first.
func authKeys(repository name.Repository) []string {
	hosts := []string{repository.RegistryStr()}
	if hosts[0] == name.DefaultRegistry {
		hosts = append(hosts, "docker.io", "registry-1.docker.io")
	}
	var keys []string
	for path := repository.RepositoryStr(); path != ""; path = parent(path) {
		for _, h := range hosts {
			keys = append(keys, h+"/"+path)
		}
	}
	for _, h := range hosts {
		keys = append(keys, h, "https://"+h, "https://"+h+"/", "https://"+h+"/v1/", "https://"+h+"/v2/", "http://"+h)
	}
	return keys
}

func parent(path string) string { return path[:max(0, strings.LastIndexByte(path, '/'))] }

// explain adds to a refusal what was tried to log in, and what to do.
func (l login) explain(err error) error {
	switch code := statusOf(err); {
	case code != http.StatusUnauthorized && code != http.StatusForbidden:
		return err
	case l.source != "":
		return fmt.Errorf("registry %s refused the credentials of user %q from %s: %w; run `docker login %s` again, or ask for the right to push to this repository",
			l.host, l.config.Username, l.source, err, l.host)
	}
	looked := "no file, for neither $DOCKER_CONFIG, the home folder, $REGISTRY_AUTH_FILE nor $XDG_RUNTIME_DIR is set"
	if len(l.looked) > 0 {
		looked = strings.Join(l.looked, ", ")
	}
	return fmt.Errorf("registry %s wants credentials, and none were found: %w; looked for an entry %q in %s; run `docker login %s`", l.host, err, l.host, looked, l.host)
}
