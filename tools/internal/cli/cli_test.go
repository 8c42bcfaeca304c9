// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"
)

func TestCode(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		code   int
		stderr string
	}{
		{"nothing went wrong", nil, ExitOK, ""},
		{"help was asked for", flag.ErrHelp, ExitOK, ""},
		{"the work went wrong", errors.New("reading \"x\": gone"), ExitFailure, "tool: reading \"x\": gone\n"},
		{"the call was wrong", Usage("--output is required"), ExitUsage, "tool: --output is required (see tool --help)\n"},
		{"the call was wrong, wrapped", fmt.Errorf("reading flags: %w", Usage("bad")), ExitUsage, "tool: reading flags: bad (see tool --help)\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stderr strings.Builder
			if code := Code("tool", test.err, &stderr); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if stderr.String() != test.stderr {
				t.Errorf("stderr %q, want %q", stderr.String(), test.stderr)
			}
		})
	}
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		err  string
	}{
		{"complete", []string{"--output=x", "--item=a", "--item=b"}, ""},
		{"required flag absent", []string{"--item=a"}, "--output is required"},
		{"required flag empty", []string{"--output=", "--item=a"}, "--output is required"},
		{"repeated flag absent", []string{"--output=x"}, "--item is required"},
		{"positional", []string{"--output=x", "--item=a", "stray"}, `unexpected argument "stray": every input has a flag`},
		{"unknown flag", []string{"--nonsense"}, "flag provided but not defined: -nonsense"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stderr strings.Builder
			flags := Flags("tool", &stderr)
			flags.String("output", "", "")
			var items Strings
			flags.Var(&items, "item", "")
			err := Parse(flags, test.args, "output", "item")
			if got := message(err); got != test.err {
				t.Errorf("error %q, want %q", got, test.err)
			}
			if err != nil && Code("tool", err, &stderr) != ExitUsage {
				t.Errorf("%v is no usage error", err)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
