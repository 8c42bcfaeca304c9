// SPDX-License-Identifier: Apache-2.0

// Package wire holds every file format that crosses between Starlark and the Go tools, or between two tools.
//
// Scalars travel as flags. Lists travel as params files of one JSON object per line, written by Starlark with json.encode.
// Unknown fields are errors: a rule and a tool of different versions must not guess.
package wire

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Entry is one line of a file layer's params file: what stands at which path of the image.
type Entry struct {
	// Path in the image, relative to its root, slash separated and clean: "usr/src/app/server.js".
	Path string `json:"path"`
	// Type is "file", "dir" or "symlink".
	Type string `json:"type"`
	// Src is the file whose content is taken (type "file").
	Src string `json:"src,omitempty"`
	// Target of a symlink, as stored.
	Target string `json:"target,omitempty"`
	// Mode in octal, "0644" with or without the setuid, setgid and sticky bits. Required for files: Bazel does not track a
	// file's mode, so it must not depend on it. Empty: 0755 for directories.
	Mode string `json:"mode,omitempty"`
	UID  int    `json:"uid,omitempty"`
	GID  int    `json:"gid,omitempty"`
}

// Package is one line of an install plan: a package at its place in the node_modules tree.
type Package struct {
	// Path is the lockfile's key: "node_modules/a/node_modules/b".
	Path string `json:"path"`
	// Name and Version as npm knows the package; Name differs from the path's last part for an alias.
	Name    string `json:"name"`
	Version string `json:"version"`
	// Integrity is the SRI string that names the tarball in the list of tarballs.
	Integrity string `json:"integrity"`
	// Bin maps a command's name to the file in the package that it starts.
	Bin map[string]string `json:"bin,omitempty"`
	// Bundled packages come inside the tarball of an ancestor: they have no tarball of their own.
	Bundled bool `json:"bundled,omitempty"`
}

// Tarball is one line of the list that says which file holds which tarball.
type Tarball struct {
	Integrity string `json:"integrity"`
	File      string `json:"file"`
}

// Layer describes a finished layer: the OCI descriptor's fields and what image assembly needs besides.
type Layer struct {
	MediaType string `json:"mediaType"`
	// Digest and Size are those of the compressed blob, DiffID is the digest of the tar stream: "sha256:" and 64 hex digits.
	Digest string `json:"digest"`
	Size   int64  `json:"size"`
	DiffID string `json:"diffId"`
	// UncompressedSize is the length of the tar stream in bytes.
	UncompressedSize int64 `json:"uncompressedSize"`
	Entries          int   `json:"entries"`
	// CreatedBy is the label of the target that made the layer, Comment what it holds. Both show in the image's history.
	CreatedBy string `json:"createdBy"`
	Comment   string `json:"comment"`
}

// LayerFile is one line of an image's params file: a layer's blob, its description, and its listing.
type LayerFile struct {
	Blob    string `json:"blob"`
	Meta    string `json:"meta"`
	Listing string `json:"listing"`
}

// ReadLines reads a params file: one JSON object per line, empty lines allowed.
func ReadLines[T any](path string) ([]T, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var values []T
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 16<<20)
	for n := 1; scanner.Scan(); n++ {
		line := bytes.TrimSpace(scanner.Bytes())
		if len(line) == 0 {
			continue
		}
		var value T
		if err := decode(bytes.NewReader(line), &value); err != nil {
			return nil, fmt.Errorf("parsing %q line %d: %w", path, n, err)
		}
		values = append(values, value)
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("reading %q: %w", path, err)
	}
	return values, nil
}

// ReadFile reads a file that is one JSON object.
func ReadFile[T any](path string) (T, error) {
	var value T
	f, err := os.Open(path)
	if err != nil {
		return value, err
	}
	defer f.Close()
	if err := decode(f, &value); err != nil {
		return value, fmt.Errorf("parsing %q: %w", path, err)
	}
	return value, nil
}

// WriteFile writes value as indented JSON with a final newline.
func WriteFile(path string, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding %q: %w", path, err)
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

func decode(r io.Reader, value any) error {
	decoder := json.NewDecoder(r)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return fmt.Errorf("data after the JSON value")
	}
	return nil
}
