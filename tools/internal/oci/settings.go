// SPDX-License-Identifier: Apache-2.0

package oci

import (
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Pair is one KEY=value.
type Pair struct{ Key, Value string }

// Settings is what an image says about itself. Zero fields leave what the base has.
type Settings struct {
	Platform v1.Platform
	// CreatedBy is the label of the target that makes the image.
	CreatedBy string
	// Created stands in the configuration, in UTC.
	Created time.Time
	// Entrypoint and Cmd are argument vectors. An Entrypoint without a Cmd drops the base's Cmd, as docker does.
	Entrypoint, Cmd []string
	// Env, Labels are laid over those of the base. Annotations are the manifest's; those of the base are not inherited.
	Env, Labels, Annotations []Pair
	User, Workdir            string
	// Ports as "8080/tcp".
	Ports      []string
	StopSignal string
}

// config returns the configuration of an image on the base, still without the image's own layers.
func (s Settings) config(base *v1.ConfigFile) *v1.ConfigFile {
	file := &v1.ConfigFile{RootFS: v1.RootFS{Type: "layers"}}
	if base != nil {
		file = base.DeepCopy()
		// How the base was built says nothing about this image.
		file.Container, file.Config.Image, file.Config.Hostname = "", "", ""
		file.RootFS.Type = "layers"
	}
	file.OS, file.Architecture = s.Platform.OS, s.Platform.Architecture
	if s.Platform.Variant != "" {
		file.Variant = s.Platform.Variant
	}
	file.Created = v1.Time{Time: s.Created}
	s.overlay(&file.Config)
	return file
}

func (s Settings) overlay(config *v1.Config) {
	if len(s.Entrypoint) > 0 {
		config.Entrypoint, config.Cmd = s.Entrypoint, nil
	}
	if len(s.Cmd) > 0 {
		config.Cmd = s.Cmd
	}
	if s.User != "" {
		config.User = s.User
	}
	if s.Workdir != "" {
		config.WorkingDir = s.Workdir
	}
	if s.StopSignal != "" {
		config.StopSignal = s.StopSignal
	}
	config.Env = overlayEnv(config.Env, s.Env)
	for _, label := range s.Labels {
		if config.Labels == nil {
			config.Labels = map[string]string{}
		}
		config.Labels[label.Key] = label.Value
	}
	for _, port := range s.Ports {
		if config.ExposedPorts == nil {
			config.ExposedPorts = map[string]struct{}{}
		}
		config.ExposedPorts[port] = struct{}{}
	}
}

// overlayEnv keeps the base's order, replaces in place, and appends what is new in the order given.
func overlayEnv(base []string, over []Pair) []string {
	env := slices.Clone(base)
	for _, pair := range over {
		text := pair.Key + "=" + pair.Value
		at := slices.IndexFunc(env, func(have string) bool {
			key, _, _ := strings.Cut(have, "=")
			return key == pair.Key
		})
		if at < 0 {
			env = append(env, text)
		} else {
			env[at] = text
		}
	}
	return env
}
