// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rules-node-image/rules_node_image/tools/internal/rootfs"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// presentCheck looks for a path in the image's layers. Symlinks are followed: one to nowhere is not present.
type presentCheck struct {
	kind
	Path string `json:"path"`
	// Mode in octal, "0755"; any will do if empty.
	Mode string `json:"mode"`
}

func (c *presentCheck) title() string { return "present " + c.Path }

func (c *presentCheck) validate() error {
	if !strings.HasPrefix(c.Path, "/") {
		return fmt.Errorf("path: found %q, expected one that starts with \"/\"", c.Path)
	}
	if _, err := c.mode(); c.Mode != "" && err != nil {
		return fmt.Errorf("mode: found %q, expected an octal number such as \"0755\"", c.Mode)
	}
	return nil
}

func (c *presentCheck) mode() (int64, error) { return strconv.ParseInt(c.Mode, 8, 13) }

func (c *presentCheck) run(a *attempt) (string, []string, error) {
	entry, err := a.tree.Lookup(c.Path, true)
	if err != nil {
		return "", []string{err.Error()}, nil
	}
	if expected, _ := c.mode(); c.Mode != "" && entry.Mode != expected {
		return "", []string{fmt.Sprintf("mode of the %s %q: found %04o, expected %04o", entry.Kind, entry.Path, entry.Mode, expected)}, nil
	}
	return "", nil, nil
}

// absentCheck wants a path, or every path that a pattern matches, not to be in the image's layers. A symlink is there, wherever
// it points.
type absentCheck struct {
	kind
	Path string `json:"path"`
}

func (c *absentCheck) title() string { return "absent " + c.Path }

func (c *absentCheck) validate() error { return rootfs.CheckPattern(c.Path) }

// maxListed is how many paths a report lists.
const maxListed = 20

func (c *absentCheck) run(a *attempt) (string, []string, error) {
	found, err := a.tree.Glob(c.Path)
	if err != nil {
		return "", nil, err
	}
	var problems []string
	for _, path := range found[:min(len(found), maxListed)] {
		entry, err := a.tree.Lookup(path, false)
		if err != nil {
			return "", nil, err
		}
		problems = append(problems, fmt.Sprintf("found the %s %q, expected nothing there", entry.Kind, path))
	}
	if more := len(found) - maxListed; more > 0 {
		problems = append(problems, fmt.Sprintf("and %d more", more))
	}
	return "", problems, nil
}

// configCheck compares the image's config. Absent fields do not count.
type configCheck struct {
	kind
	User       *string           `json:"user"`
	Entrypoint []string          `json:"entrypoint"`
	Cmd        []string          `json:"cmd"`
	Workdir    *string           `json:"workdir"`
	Env        map[string]string `json:"env"`
	Labels     map[string]string `json:"labels"`
}

func (c *configCheck) title() string { return "config" }

func (c *configCheck) validate() error {
	if c.User == nil && c.Entrypoint == nil && c.Cmd == nil && c.Workdir == nil && len(c.Env) == 0 && len(c.Labels) == 0 {
		return errors.New("found no field, expected at least one of user, entrypoint, cmd, workdir, env, labels")
	}
	return nil
}

func (c *configCheck) run(a *attempt) (string, []string, error) {
	return "", c.compare(a.config), nil
}

func (c *configCheck) compare(found v1.Config) []string {
	var problems []string
	text := func(field, found string, expected *string) {
		if expected != nil && found != *expected {
			problems = append(problems, fmt.Sprintf("%s: found %q, expected %q", field, found, *expected))
		}
	}
	list := func(field string, found, expected []string) {
		if expected != nil && !slices.Equal(found, expected) {
			problems = append(problems, fmt.Sprintf("%s: found %q, expected %q", field, found, expected))
		}
	}
	table := func(field string, found, expected map[string]string) {
		for _, key := range slices.Sorted(maps.Keys(expected)) {
			value, ok := found[key]
			if !ok {
				problems = append(problems, fmt.Sprintf("%s %q: found none, expected %q", field, key, expected[key]))
			} else if value != expected[key] {
				problems = append(problems, fmt.Sprintf("%s %q: found %q, expected %q", field, key, value, expected[key]))
			}
		}
	}
	text("user", found.User, c.User)
	list("entrypoint", found.Entrypoint, c.Entrypoint)
	list("cmd", found.Cmd, c.Cmd)
	text("workdir", found.WorkingDir, c.Workdir)
	variables := map[string]string{}
	for _, variable := range found.Env {
		key, value, _ := strings.Cut(variable, "=")
		variables[key] = value
	}
	table("env", variables, c.Env)
	table("label", found.Labels, c.Labels)
	return problems
}
