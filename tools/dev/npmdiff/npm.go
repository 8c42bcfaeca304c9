// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// npm is what an installation by npm is told of its target; "" stands for the machine that npm runs on.
type npm struct{ os, cpu, libc string }

// install makes the production tree of project in the empty folder scratch.
func (n npm) install(ctx context.Context, project, scratch string, stderr io.Writer) error {
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := os.ReadFile(filepath.Join(project, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(scratch, name), data, 0o644); err != nil {
			return err
		}
	}
	args := []string{"ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"}
	for _, target := range []struct{ flag, value string }{{"--os=", n.os}, {"--cpu=", n.cpu}, {"--libc=", n.libc}} {
		if target.value != "" {
			args = append(args, target.flag+target.value)
		}
	}
	// The modes that a layer has are those of the customary umask.
	syscall.Umask(0o022)
	cmd := exec.CommandContext(ctx, "npm", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = scratch, stderr, stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running npm %q: %w", args, err)
	}
	return nil
}
