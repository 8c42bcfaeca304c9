// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rules-node-image/rules_node_image/tools/internal/runconfig"
)

// Config is what node_image_test writes beside the test.
type Config struct {
	// Image is an OCI layout directory.
	Image runconfig.Path `json:"image"`
	// Checks are run in this order. The functions of rules/private/check.bzl make them.
	Checks []json.RawMessage `json:"checks"`
	// Tmpfs are the only writable places.
	Tmpfs []string `json:"tmpfs"`
	// Env goes over the image's environment.
	Env map[string]string `json:"env"`
	// TimeoutSeconds bounds each check, with what it starts; 0 stands for 30.
	TimeoutSeconds int `json:"timeout_seconds"`
}

// defaultTimeout bounds a check unless the configuration says otherwise.
const defaultTimeout = 30 * time.Second

// check is one entry of Checks.
type check interface {
	// title names it in the report: "http GET :8080/".
	title() string
	// validate says what is wrong with its fields.
	validate() error
	// run says in detail what it found at last ("200", or nothing), and in problems what should not be. An error ends the test.
	run(*attempt) (detail string, problems []string, err error)
}

// kinds maps the field "type" to an empty check.
var kinds = map[string]func() check{
	"absent":  func() check { return &absentCheck{} },
	"command": func() check { return &commandCheck{} },
	"config":  func() check { return &configCheck{} },
	"http":    func() check { return &httpCheck{Method: "GET", Status: 200} },
	"present": func() check { return &presentCheck{} },
	"signal":  func() check { return &signalCheck{Signal: "SIGTERM", WithinMS: 1000} },
}

// kind is the field by which checks are told apart. It is part of each of them.
type kind struct {
	Type string `json:"type"`
}

// checks parses and validates the checks of a configuration.
func (c Config) checks() ([]check, error) {
	if len(c.Checks) == 0 {
		return nil, errors.New(`checks: found none, expected at least one such as check.http("/", 8080): a test that checks nothing cannot fail`)
	}
	var checks []check
	for i, raw := range c.Checks {
		parsed, err := parseCheck(raw)
		if err != nil {
			return nil, fmt.Errorf("checks[%d]: %w", i, err)
		}
		checks = append(checks, parsed)
	}
	return checks, settleSignals(checks)
}

func parseCheck(raw json.RawMessage) (check, error) {
	var k kind
	if err := json.Unmarshal(raw, &k); err != nil {
		return nil, err
	}
	empty, ok := kinds[k.Type]
	if !ok {
		return nil, fmt.Errorf("type: found %q, expected one of %q", k.Type, slices.Sorted(maps.Keys(kinds)))
	}
	parsed := empty()
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(parsed); err != nil {
		return nil, fmt.Errorf("%s: %w", k.Type, err)
	}
	if err := parsed.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", k.Type, err)
	}
	return parsed, nil
}

// settleSignals gives every signal check a sign that the program is up, since a signal that comes before the handler is lost: the
// port of an http check, if it has no sign of its own.
func settleSignals(checks []check) error {
	port := 0
	for _, c := range checks {
		if h, ok := c.(*httpCheck); ok && port == 0 {
			port = h.Port
		}
	}
	for i, c := range checks {
		s, ok := c.(*signalCheck)
		if !ok || s.Port != 0 || s.AfterOutput != "" {
			continue
		}
		if port == 0 {
			return fmt.Errorf("checks[%d]: signal: found no sign that the program is up and can be signalled: add an http check, or set port or after_output", i)
		}
		s.Port = port
	}
	return nil
}

func (c Config) validate() error {
	if c.Image == "" {
		return errors.New("image: found none, expected an OCI layout directory")
	}
	if c.TimeoutSeconds < 0 {
		return fmt.Errorf("timeout_seconds: found %d, expected a positive number", c.TimeoutSeconds)
	}
	taken := []string{"/proc", "/dev"}
	for _, path := range c.Tmpfs {
		if !strings.HasPrefix(path, "/") || strings.Trim(path, "/") == "" {
			return fmt.Errorf("tmpfs: found %q, expected an absolute path below the root", path)
		}
		for _, other := range taken {
			if within(path, other) || within(other, path) {
				return fmt.Errorf("tmpfs: found %q beside %q, expected places of which none holds another", path, other)
			}
		}
		taken = append(taken, path)
	}
	return nil
}

func within(path, dir string) bool {
	return strings.HasPrefix(strings.TrimRight(path, "/")+"/", strings.TrimRight(dir, "/")+"/")
}

func (c Config) timeout() time.Duration {
	if c.TimeoutSeconds == 0 {
		return defaultTimeout
	}
	return time.Duration(c.TimeoutSeconds) * time.Second
}
