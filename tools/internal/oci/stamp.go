// SPDX-License-Identifier: Apache-2.0

package oci

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// placeholder is the form in which a value asks for a line of the workspace status. Bazel's keys are upper case by convention, which
// leaves JSON and templates of other tools alone.
var placeholder = regexp.MustCompile(`\{([A-Z][A-Z0-9_]*)\}`)

// Status is what a stamped build knows of its workspace: https://bazel.build/docs/user-manual#workspace-status
// The nil Status is that of an unstamped build.
type Status map[string]string

// ReadStatus reads workspace status files: lines of a key, a space, and a value. The last file to name a key decides.
func ReadStatus[Path ~string](paths []Path) (Status, error) {
	status := Status{}
	for _, path := range paths {
		data, err := os.ReadFile(string(path))
		if err != nil {
			return nil, fmt.Errorf("reading workspace status: %w", err)
		}
		for line := range strings.Lines(string(data)) {
			key, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
			if key != "" {
				status[key] = value
			}
		}
	}
	return status, nil
}

// HasPlaceholder says whether a value needs a stamped build.
func HasPlaceholder(value string) bool { return placeholder.MatchString(value) }

// Expand replaces each {KEY} of value.
func (s Status) Expand(value string) (string, error) {
	if !HasPlaceholder(value) {
		return value, nil
	}
	if s == nil {
		return "", fmt.Errorf("%q: the build is not stamped: build with --stamp", value)
	}
	var unknown string
	expanded := placeholder.ReplaceAllStringFunc(value, func(match string) string {
		key := strings.Trim(match, "{}")
		replacement, ok := s[key]
		if !ok && unknown == "" {
			unknown = key
		}
		return replacement
	})
	if unknown != "" {
		return "", fmt.Errorf("%q: the workspace status has no key %q, known keys: %s; print it from --workspace_status_command",
			value, unknown, strings.Join(sortedKeys(s), ", "))
	}
	return expanded, nil
}

// ExpandTags replaces each {KEY} of tags from workspace status files, and leaves out what comes twice. Without files the build is
// unstamped, and a tag with a {KEY} is an error.
func ExpandTags[Path ~string](tags []string, files []Path) ([]string, error) {
	var status Status
	if len(files) > 0 {
		var err error
		if status, err = ReadStatus(files); err != nil {
			return nil, err
		}
	}
	var expanded []string
	for _, text := range tags {
		tag, err := status.Expand(text)
		if err != nil {
			return nil, fmt.Errorf("tag %w", err)
		}
		if !slices.Contains(expanded, tag) {
			expanded = append(expanded, tag)
		}
	}
	return expanded, nil
}

// Created returns the time that value stands for: RFC 3339, or Unix seconds as BUILD_TIMESTAMP has them. An empty value, and a
// placeholder in an unstamped build, mean the epoch.
func (s Status) Created(value string) (time.Time, error) {
	if value == "" || s == nil && HasPlaceholder(value) {
		return epoch, nil
	}
	expanded, err := s.Expand(value)
	if err != nil {
		return time.Time{}, fmt.Errorf("created %w", err)
	}
	if seconds, err := strconv.ParseInt(expanded, 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC(), nil
	}
	created, err := time.Parse(time.RFC3339, expanded)
	if err != nil {
		return time.Time{}, fmt.Errorf("created %q: expected RFC 3339 such as \"2006-01-02T15:04:05Z\", or {KEY} of a workspace status line with Unix seconds", expanded)
	}
	return created.UTC(), nil
}

// Pairs expands the values of pairs. In an unstamped build pairs with a placeholder are left out.
func (s Status) Pairs(kind string, pairs []Pair) ([]Pair, error) {
	var expanded []Pair
	for _, pair := range pairs {
		if s == nil && HasPlaceholder(pair.Value) {
			continue
		}
		value, err := s.Expand(pair.Value)
		if err != nil {
			return nil, fmt.Errorf("%s %q: value %w", kind, pair.Key, err)
		}
		expanded = append(expanded, Pair{pair.Key, value})
	}
	return expanded, nil
}

// epoch is when everything was made that does not say otherwise.
var epoch = time.Unix(0, 0).UTC()

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
