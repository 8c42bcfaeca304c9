// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

// notFound is what helpers print for a registry that they do not know.
// https://github.com/docker/docker-credential-helpers/blob/v0.9.3/credentials/error.go
const notFound = "credentials not found in native keychain"

// askHelper runs a credential helper: the registry goes to its standard input, JSON comes back.
func askHelper(ctx context.Context, helper string, repository name.Repository) (authn.AuthConfig, string, error) {
	var config authn.AuthConfig
	program := "docker-credential-" + helper
	if strings.ContainsAny(helper, `/\`) {
		return config, "", fmt.Errorf("credential helper %q: expected a name, found a path", helper)
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return config, "", fmt.Errorf("credential helper %q is not on PATH: install %s, or remove %q from the file's credHelpers or credsStore", helper, program, helper)
	}
	server := repository.RegistryStr()
	if server == name.DefaultRegistry {
		server = authn.DefaultAuthKey
	}
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, path, "get")
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(server), &stdout, &stderr
	if err := command.Run(); err != nil {
		if strings.TrimSpace(stdout.String()) == notFound {
			return config, "", nil
		}
		return config, "", fmt.Errorf("asking %s for %q: %w: %s", program, server, err, strings.TrimSpace(stdout.String()+stderr.String()))
	}
	var answer struct{ Username, Secret string }
	// The answer holds a secret: it must not get into the error.
	if json.Unmarshal(stdout.Bytes(), &answer) != nil || answer.Secret == "" {
		return config, "", errors.New("asking " + program + " for \"" + server + "\": the answer is not the JSON that was expected, with Username and Secret")
	}
	source := fmt.Sprintf(" (helper %s)", program)
	if answer.Username == "<token>" {
		return authn.AuthConfig{IdentityToken: answer.Secret}, source, nil
	}
	return authn.AuthConfig{Username: answer.Username, Password: answer.Secret}, source, nil
}
