// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// signalCheck signals the image's program, once it is up, and expects it to end in time: what `docker stop` and Kubernetes do.
type signalCheck struct {
	kind
	Signal   string `json:"signal"`
	WithinMS int    `json:"within_ms"`
	// ExitCode that the program must end with; any will do if absent.
	ExitCode *int `json:"exit_code"`
	// Port that must accept connections first; 0: that of the first http check. AfterOutput is a text that the program must have
	// printed first.
	Port        int    `json:"port"`
	AfterOutput string `json:"after_output"`
}

func (c *signalCheck) title() string { return "signal " + c.Signal }

func (c *signalCheck) validate() error {
	if unix.SignalNum(c.Signal) == 0 {
		return fmt.Errorf("signal: found %q, expected a name such as \"SIGTERM\"", c.Signal)
	}
	if c.WithinMS <= 0 {
		return fmt.Errorf("within_ms: found %d, expected a positive number", c.WithinMS)
	}
	if c.Port != 0 {
		return validPort(c.Port)
	}
	return nil
}

func (c *signalCheck) run(a *attempt) (string, []string, error) {
	program, err := a.serve()
	if err != nil {
		problems, err := fault(err)
		return "", problems, err
	}
	problem := c.ready(a, program)
	if problem == nil {
		problem = c.deliver(a, program)
	}
	if err := a.test.Err(); err != nil {
		return "", nil, fmt.Errorf("signalling the program: %w", err)
	}
	if problem != nil {
		return "", append([]string{problem.Error()}, program.output.quote()...), nil
	}
	exit, _ := program.process.Wait()
	return exit.String(), nil, nil
}

func (c *signalCheck) ready(a *attempt, program *service) error {
	if c.Port != 0 {
		if err := program.listening(a, c.Port); err != nil {
			return err
		}
	}
	if c.AfterOutput != "" {
		return program.saying(a, c.AfterOutput)
	}
	return nil
}

func (c *signalCheck) deliver(a *attempt, program *service) error {
	if ended := program.ended(); ended != nil {
		return fmt.Errorf("expected a running program: found that it had ended: %w", ended)
	}
	if err := program.process.Signal(unix.SignalNum(c.Signal)); err != nil {
		return err
	}
	within := time.Duration(c.WithinMS) * time.Millisecond
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-program.process.Done():
	case <-a.test.Done():
		return a.test.Err()
	case <-timer.C:
		program.stop()
		return fmt.Errorf("expected the program to end within %s after %s, found it running: as process 1 it is hit only by signals that it handles, "+
			"so handle it: process.on(%q, …)", within, c.Signal, c.Signal)
	}
	exit, err := program.process.Wait()
	if err != nil {
		return err
	}
	if c.ExitCode != nil && exit.Code != *c.ExitCode {
		return fmt.Errorf("found %v, expected exit code %d", exit, *c.ExitCode)
	}
	return nil
}
