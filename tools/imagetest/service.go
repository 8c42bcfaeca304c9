// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/rules-node-image/rules_node_image/tools/internal/sandbox"
)

// service is the image's program, started as it is, once for all checks that talk to it.
type service struct {
	process *sandbox.Process
	output  *transcript
}

// pollInterval is how long to wait between two looks at a program that is coming up.
const pollInterval = 5 * time.Millisecond

// serve returns the running service and starts it at first.
func (a *attempt) serve() (*service, error) {
	if a.service != nil {
		return a.service, nil
	}
	spec := a.spec
	spec.Args = append(append([]string{}, a.config.Entrypoint...), a.config.Cmd...)
	output := &transcript{}
	spec.Stdout, spec.Stderr = output.stream(&output.stdout), output.stream(&output.stderr)
	process, err := sandbox.Start(a.test, spec)
	if err != nil {
		return nil, err
	}
	a.service = &service{process: process, output: output}
	return a.service, nil
}

func (s *service) stop() {
	s.process.Kill()
	<-s.process.Done()
}

// up waits until sign says nil, and says what is wrong if the program ends or the check's time is over first.
func (s *service) up(a *attempt, expected string, sign func() error) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		// Looked at before the sign: what an ended program said counts, that it listened does not.
		ended := s.ended()
		problem := sign()
		if problem == nil {
			return nil
		}
		if ended != nil {
			return fmt.Errorf("%s: found that the image's program had ended: %w", expected, ended)
		}
		select {
		case <-s.process.Done():
		case <-tick.C:
		case <-a.ctx.Done():
			return fmt.Errorf("%s within %s: %w", expected, a.limit, problem)
		}
	}
}

// ended is nil while the program runs, and says how it ended then.
func (s *service) ended() error {
	select {
	case <-s.process.Done():
		exit, err := s.process.Wait()
		if err != nil {
			return err
		}
		return errors.New(exit.String())
	default:
		return nil
	}
}

// listening waits for a port to accept connections.
func (s *service) listening(a *attempt, port int) error {
	return s.up(a, fmt.Sprintf("expected port %d to accept connections", port), func() error {
		conn, err := s.process.Dial(port)
		if err == nil {
			conn.Close()
		}
		return err
	})
}

// saying waits for a text in the output.
func (s *service) saying(a *attempt, text string) error {
	return s.up(a, fmt.Sprintf("expected %q in the output", text), func() error {
		if s.output.contains(text) {
			return nil
		}
		return errors.New("it is not there")
	})
}

// fault sorts the errors of Start: nil, err is the machine's, and ends the test; problems are the image's.
func fault(err error) (problems []string, fatal error) {
	var start *sandbox.StartError
	if errors.As(err, &start) || errors.Is(err, context.DeadlineExceeded) {
		return []string{err.Error()}, nil
	}
	return nil, err
}

// transcript collects a program's output while others read it.
type transcript struct {
	mu             sync.Mutex
	stdout, stderr bytes.Buffer
}

type stream struct {
	to     *transcript
	buffer *bytes.Buffer
}

func (t *transcript) stream(buffer *bytes.Buffer) stream { return stream{t, buffer} }

func (s stream) Write(p []byte) (int, error) {
	s.to.mu.Lock()
	defer s.to.mu.Unlock()
	return s.buffer.Write(p)
}

func (t *transcript) contains(text string) bool {
	stdout, stderr := t.both()
	return strings.Contains(stdout, text) || strings.Contains(stderr, text)
}

func (t *transcript) both() (stdout, stderr string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stdout.String(), t.stderr.String()
}

// shown is how much of an output a report shows: its end, in bytes.
const shown = 8 << 10

// quote renders the output for a report, one line of it per line.
func (t *transcript) quote() []string {
	stdout, stderr := t.both()
	return append(quoteText("stdout", stdout), quoteText("stderr", stderr)...)
}

func quoteText(name, text string) []string {
	if text == "" {
		return []string{name + ": empty"}
	}
	lines := []string{name + ":"}
	if cut := len(text) - shown; cut > 0 {
		text = text[cut:]
		lines = []string{fmt.Sprintf("%s, without its first %d bytes:", name, cut)}
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		lines = append(lines, "| "+line)
	}
	return lines
}
