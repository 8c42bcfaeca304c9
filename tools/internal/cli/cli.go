// SPDX-License-Identifier: Apache-2.0

// Package cli is the frame of every tool: signals, exit codes, and how an error is shown. It is the only place that exits.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes of every tool.
const (
	ExitOK      = 0
	ExitFailure = 1
	ExitUsage   = 2
)

// Run is a tool's body. args are the arguments without the program's name; stdout is for the answer alone.
type Run func(ctx context.Context, args []string, stdout, stderr io.Writer) error

// Usage marks err as the caller's mistake on the command line (exit code 2).
func Usage(format string, a ...any) error { return usageError{fmt.Errorf(format, a...)} }

type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Main runs a tool, prints its error as "name: message" and exits. An interrupt ends the tool's context, a second one the tool.
func Main(name string, run Run) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(Code(name, run(ctx, os.Args[1:], os.Stdout, os.Stderr), os.Stderr))
}

// Code prints err, if any, and returns the exit code it stands for.
func Code(name string, err error, stderr io.Writer) int {
	var usage usageError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return ExitOK
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "%s: %v (see %s --help)\n", name, err, name)
		return ExitUsage
	default:
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return ExitFailure
	}
}

// Flags returns an empty flag set that reports to stderr.
func Flags(name string, stderr io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	return flags
}

// Parse parses args and refuses positional arguments and absent or empty required flags.
func Parse(flags *flag.FlagSet, args []string, required ...string) error {
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usageError{err}
	}
	if flags.NArg() > 0 {
		return Usage("unexpected argument %q: every input has a flag", flags.Arg(0))
	}
	for _, name := range required {
		if flags.Lookup(name).Value.String() == "" {
			return Usage("--%s is required", name)
		}
	}
	return nil
}

// Strings is a flag that may be repeated.
type Strings []string

// String implements flag.Value.
func (s *Strings) String() string {
	if len(*s) == 0 {
		return ""
	}
	return fmt.Sprint([]string(*s))
}

// Set implements flag.Value.
func (s *Strings) Set(value string) error {
	*s = append(*s, value)
	return nil
}
