// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rules-node-image/rules_node_image/tools/internal/rootfs"
	"github.com/rules-node-image/rules_node_image/tools/internal/sandbox"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// subject is the image under test, ready to run.
type subject struct {
	config v1.Config
	tree   *rootfs.Tree
	root   *rootfs.Root
	// spec is a process of the image without command and output.
	spec    sandbox.Spec
	scratch string
	// service is the image's own program, once a check has asked for it.
	service *service
}

// attempt is one run of one check.
type attempt struct {
	*subject
	// ctx ends at the check's time limit.
	ctx context.Context
	// test ends with the whole test: what outlives the check is started under it.
	test  context.Context
	limit time.Duration
}

// hosts is the /etc/hosts that engines give a container without network.
const hosts = "127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.0.1\t" + sandbox.Hostname + "\n"

// unpack prepares the image of config in a new folder below parent.
func unpack(config Config, parent string) (*subject, error) {
	image, err := rootfs.Open(string(config.Image))
	if err != nil {
		return nil, err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("reading the config of image %q: %w", config.Image, err)
	}
	scratch, err := os.MkdirTemp(parent, "image")
	if err != nil {
		return nil, fmt.Errorf("making a scratch folder: %w", err)
	}
	s := &subject{config: file.Config, scratch: scratch}
	if s.root, err = rootfs.Unpack(image, filepath.Join(scratch, "root")); err == nil {
		err = s.prepare(config)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("preparing image %q: %w", config.Image, err), s.remove())
	}
	return s, nil
}

// prepare does to the root what an engine does before it starts a container.
func (s *subject) prepare(config Config) error {
	s.tree = s.root.Tree
	user, err := s.root.User(s.config.User)
	if err != nil {
		return err
	}
	s.spec = sandbox.Spec{Root: s.root.Dir, UID: user.UID, GID: user.GID, Env: environment(append(engineEnv(user), s.config.Env...), config.Env), Dir: s.config.WorkingDir}
	if s.spec.Dir == "" {
		s.spec.Dir = "/"
	}
	if _, err := s.root.Directory(s.spec.Dir); err != nil {
		return err
	}
	for _, path := range []string{"/proc", "/dev"} {
		if real, err := s.root.Directory(path); err != nil || real != path {
			return errors.Join(fmt.Errorf("making mount point %q: found it at %q, expected a real directory or nothing", path, real), err)
		}
	}
	for _, path := range config.Tmpfs {
		real, err := s.root.Directory(path)
		if err != nil {
			return fmt.Errorf("tmpfs: %w", err)
		}
		s.spec.Tmpfs = append(s.spec.Tmpfs, real)
	}
	if err := s.root.Write("/etc/hosts", hosts); err != nil {
		return err
	}
	if err := s.root.Write("/etc/hostname", sandbox.Hostname+"\n"); err != nil {
		return err
	}
	return s.root.Seal(user)
}

// engineEnv is what engines add to the environment unless the image says otherwise.
func engineEnv(user rootfs.User) []string {
	return []string{"HOSTNAME=" + sandbox.Hostname, "HOME=" + user.Home}
}

// remove stops what runs and deletes the scratch folder.
func (s *subject) remove() error {
	if s.service != nil {
		s.service.stop()
	}
	var err error
	if s.root != nil {
		err = s.root.Remove()
	}
	return errors.Join(err, os.RemoveAll(s.scratch))
}

// environment returns base with the variables of each of over set, each key once.
func environment(base []string, over ...map[string]string) []string {
	values := map[string]string{}
	var order []string
	set := func(key, value string) {
		if _, known := values[key]; !known {
			order = append(order, key)
		}
		values[key] = value
	}
	for _, variable := range base {
		key, value, _ := strings.Cut(variable, "=")
		set(key, value)
	}
	for _, variables := range over {
		for _, key := range slices.Sorted(maps.Keys(variables)) {
			set(key, variables[key])
		}
	}
	for i, key := range order {
		order[i] = key + "=" + values[key]
	}
	return order
}
