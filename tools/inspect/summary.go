// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/rules-node-image/rules_node_image/tools/internal/oci"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// summary is the answer. Its JSON form is an interface: fields may be added, not changed.
type summary struct {
	Label  string `json:"label,omitempty"`
	Layout string `json:"layout"`
	// Digest is the manifest's.
	Digest     string            `json:"digest"`
	MediaType  string            `json:"mediaType"`
	Platform   string            `json:"platform"`
	Created    string            `json:"created"`
	User       string            `json:"user"`
	Workdir    string            `json:"workdir"`
	Entrypoint []string          `json:"entrypoint"`
	Cmd        []string          `json:"cmd"`
	StopSignal string            `json:"stopSignal,omitempty"`
	Env        []string          `json:"env"`
	Ports      []string          `json:"exposedPorts"`
	Labels     map[string]string `json:"labels"`
	// Annotations are the manifest's.
	Annotations map[string]string `json:"annotations"`
	// Size is the sum of the layers' sizes, in bytes, as they are sent.
	Size   int64   `json:"size"`
	Layers []layer `json:"layers"`
}

type layer struct {
	Digest    v1.Hash `json:"digest"`
	MediaType string  `json:"mediaType"`
	// Size of the blob in bytes; compressed, unless the media type says otherwise.
	Size      int64   `json:"size"`
	DiffID    v1.Hash `json:"diffId"`
	CreatedBy string  `json:"createdBy"`
	Comment   string  `json:"comment"`
}

func summarize(label string, image *oci.Image) summary {
	file, config := image.Config, image.Config.Config
	s := summary{
		Label:       label,
		Digest:      image.Digest.String(),
		MediaType:   string(image.MediaType),
		Platform:    v1.Platform{OS: file.OS, Architecture: file.Architecture, Variant: file.Variant}.String(),
		Created:     file.Created.UTC().Format(time.RFC3339),
		User:        config.User,
		Workdir:     config.WorkingDir,
		Entrypoint:  orEmpty(config.Entrypoint),
		Cmd:         orEmpty(config.Cmd),
		StopSignal:  config.StopSignal,
		Env:         orEmpty(config.Env),
		Ports:       orEmpty(slices.Sorted(maps.Keys(config.ExposedPorts))),
		Labels:      orNone(config.Labels),
		Annotations: orNone(image.Manifest.Annotations),
		Layers:      []layer{},
	}
	makers := layerHistory(file.History)
	for i, descriptor := range image.Manifest.Layers {
		l := layer{Digest: descriptor.Digest, MediaType: string(descriptor.MediaType), Size: descriptor.Size, DiffID: file.RootFS.DiffIDs[i]}
		if i < len(makers) {
			l.CreatedBy, l.Comment = makers[i].CreatedBy, makers[i].Comment
		}
		s.Size += l.Size
		s.Layers = append(s.Layers, l)
	}
	return s
}

// orEmpty makes JSON say [] rather than null.
func orEmpty(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}

func orNone(values map[string]string) map[string]string {
	if values == nil {
		return map[string]string{}
	}
	return values
}

// layerHistory returns the history entries that stand for a layer.
func layerHistory(history []v1.History) []v1.History {
	return slices.DeleteFunc(slices.Clone(history), func(entry v1.History) bool { return entry.EmptyLayer })
}

// print writes the form for people.
func (s summary) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(table, "%s\t%s\n", name, printable(value))
		}
	}
	row("image", s.Label)
	row("layout", s.Layout)
	row("digest", s.Digest)
	row("platform", s.Platform)
	row("created", s.Created)
	row("user", s.User)
	row("workdir", s.Workdir)
	row("entrypoint", vector(s.Entrypoint))
	row("cmd", vector(s.Cmd))
	row("stop signal", s.StopSignal)
	row("ports", strings.Join(s.Ports, ", "))
	rows(row, "env", s.Env)
	rows(row, "labels", pairs(s.Labels))
	rows(row, "annotations", pairs(s.Annotations))
	row("size", fmt.Sprintf("%s in %d layers", oci.Size(s.Size), len(s.Layers)))
	if err := table.Flush(); err != nil {
		return err
	}
	return s.printLayers(w)
}

// rows names only the first of several values.
func rows(row func(name, value string), name string, values []string) {
	for _, value := range values {
		row(name, value)
		name = ""
	}
}

// printable quotes what would break the table or reach the terminal as more than text.
func printable(value string) string {
	if strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(value)
	}
	return value
}

func (s summary) printLayers(w io.Writer) error {
	if len(s.Layers) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\nLAYER\tSIZE\tFORMAT\tCREATED BY\tCOMMENT\n")
	for _, l := range s.Layers {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", oci.Short(l.Digest), oci.Size(l.Size), format(l.MediaType), oneLine(l.CreatedBy), oneLine(l.Comment))
	}
	return table.Flush()
}

// format is how a layer is compressed, from the end of its media type.
func format(mediaType string) string {
	switch {
	case strings.HasSuffix(mediaType, "gzip"):
		return "gzip"
	case strings.HasSuffix(mediaType, "zstd"):
		return "zstd"
	}
	return "plain"
}

// oneLine keeps what other builders write into histories, whole shell scripts, from breaking the table.
func oneLine(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) })
	runes := []rune(strings.Join(words, " "))
	if len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	return string(runes)
}

func vector(words []string) string {
	if len(words) == 0 {
		return ""
	}
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = fmt.Sprintf("%q", word)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func pairs(m map[string]string) []string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		lines = append(lines, fmt.Sprintf("%s=%s", key, m[key]))
	}
	return lines
}
