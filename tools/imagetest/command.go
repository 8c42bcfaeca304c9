// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rules-node-image/rules_node_image/tools/internal/sandbox"
)

// commandCheck runs a process of its own in the image to its end.
type commandCheck struct {
	kind
	// Entrypoint replaces the image's, which forgets the image's command too. Args replaces the command.
	Entrypoint []string          `json:"entrypoint"`
	Args       []string          `json:"args"`
	Env        map[string]string `json:"env"`

	ExitCode       int      `json:"exit_code"`
	Stdout         *string  `json:"stdout"`
	StdoutContains []string `json:"stdout_contains"`
	StderrContains []string `json:"stderr_contains"`
}

func (c *commandCheck) title() string {
	switch {
	case c.Entrypoint != nil:
		return fmt.Sprintf("command %q", slices.Concat(c.Entrypoint, c.Args))
	case c.Args != nil:
		return fmt.Sprintf("command with arguments %q", c.Args)
	default:
		return "command of the image"
	}
}

func (c *commandCheck) validate() error {
	if c.ExitCode < 0 || c.ExitCode > 255 {
		return fmt.Errorf("exit_code: found %d, expected 0 to 255", c.ExitCode)
	}
	return nil
}

// command is what an engine would run.
func (c *commandCheck) command(entrypoint, cmd []string) []string {
	if c.Entrypoint != nil {
		return slices.Concat(c.Entrypoint, c.Args)
	}
	if c.Args != nil {
		return slices.Concat(entrypoint, c.Args)
	}
	return slices.Concat(entrypoint, cmd)
}

func (c *commandCheck) run(a *attempt) (string, []string, error) {
	spec := a.spec
	spec.Args = c.command(a.config.Entrypoint, a.config.Cmd)
	spec.Env = environment(spec.Env, c.Env)
	output := &transcript{}
	spec.Stdout, spec.Stderr = output.stream(&output.stdout), output.stream(&output.stderr)
	process, err := sandbox.Start(a.ctx, spec)
	if err != nil {
		problems, err := fault(err)
		return "", problems, err
	}
	exit, err := process.Wait()
	if err := a.test.Err(); err != nil {
		return "", nil, fmt.Errorf("running the command: %w", err)
	}
	if a.ctx.Err() != nil && err != nil {
		err = fmt.Errorf("expected an end within %s, found it running: it was killed", a.limit)
	}
	if err != nil {
		return "", append([]string{err.Error()}, output.quote()...), nil
	}
	problems := c.compare(exit, output)
	if len(problems) > 0 {
		problems = append(problems, output.quote()...)
	}
	return "", problems, nil
}

func (c *commandCheck) compare(exit sandbox.Exit, output *transcript) []string {
	var problems []string
	if exit.Code != c.ExitCode {
		problems = append(problems, fmt.Sprintf("found %v, expected exit code %d", exit, c.ExitCode))
	}
	stdout, stderr := output.both()
	if c.Stdout != nil && stdout != *c.Stdout {
		hint := ""
		if strings.TrimSuffix(stdout, "\n") == *c.Stdout {
			hint = `: only the final "\n" is missing in what is expected`
		}
		problems = append(problems, fmt.Sprintf("stdout: found %q, expected %q%s", stdout, *c.Stdout, hint))
	}
	problems = append(problems, missing("stdout", stdout, c.StdoutContains)...)
	return append(problems, missing("stderr", stderr, c.StderrContains)...)
}
