// SPDX-License-Identifier: Apache-2.0

package oci

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ParsePairs splits KEY=value texts. kind names them in errors: "env", "label", "annotation".
func ParsePairs(kind string, texts []string) ([]Pair, error) {
	var pairs []Pair
	for _, text := range texts {
		key, value, ok := strings.Cut(text, "=")
		switch {
		case !ok:
			return nil, fmt.Errorf("%s %q: expected KEY=value, found no \"=\"", kind, text)
		case key == "":
			return nil, fmt.Errorf("%s %q: expected KEY=value, found an empty key", kind, text)
		case strings.ContainsAny(key, " \t\r\n\x00") || strings.Contains(value, "\x00"):
			return nil, fmt.Errorf("%s %q: expected a key without white space and no NUL", kind, text)
		case slices.ContainsFunc(pairs, func(p Pair) bool { return p.Key == key }):
			return nil, fmt.Errorf("%s %q: the key is given twice, expected once", kind, key)
		}
		pairs = append(pairs, Pair{key, value})
	}
	return pairs, nil
}

var user = regexp.MustCompile(`^([0-9]{1,10}|[A-Za-z_][A-Za-z0-9_.-]*\$?)(:([0-9]{1,10}|[A-Za-z_][A-Za-z0-9_.-]*\$?))?$`)

// CheckUser checks the form of a user. Empty is allowed: the base's.
func CheckUser(value string) error {
	if value != "" && !user.MatchString(value) {
		return fmt.Errorf("user %q: expected a numeric id \"65532\", \"65532:65532\", or names of the image's passwd and group \"nonroot\", \"nonroot:nonroot\"", value)
	}
	return nil
}

// CheckWorkdir checks a working directory. Empty is allowed: the base's.
func CheckWorkdir(value string) error {
	if value != "" && (!path.IsAbs(value) || path.Clean(value) != value) {
		return fmt.Errorf("workdir %q: expected an absolute path without \".\", \"..\" or a final slash, such as \"/usr/src/app\"", value)
	}
	return nil
}

// ParsePorts checks exposed ports and gives each its protocol.
func ParsePorts(values []string) ([]string, error) {
	var ports []string
	for _, value := range values {
		number, protocol, _ := strings.Cut(value, "/")
		if !strings.Contains(value, "/") {
			protocol = "tcp"
		}
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil || n == 0 || strconv.FormatUint(n, 10) != number || !slices.Contains([]string{"tcp", "udp", "sctp"}, protocol) {
			return nil, fmt.Errorf("exposed port %q: expected a number from 1 to 65535 and a protocol, such as \"8080\", \"8080/tcp\", \"53/udp\", \"53/sctp\"", value)
		}
		port := number + "/" + protocol
		if slices.Contains(ports, port) {
			return nil, fmt.Errorf("exposed port %q: %s is given twice, expected once", value, port)
		}
		ports = append(ports, port)
	}
	return ports, nil
}

// signals are Linux' by name; real-time signals go by number.
var signals = strings.Fields(`SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGKILL SIGPIPE SIGPROF SIGPWR SIGQUIT
	SIGSEGV SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ`)

// CheckStopSignal checks a signal. Empty is allowed: the base's.
func CheckStopSignal(value string) error {
	n, err := strconv.Atoi(value)
	if value == "" || slices.Contains(signals, value) || err == nil && n >= 1 && n <= 64 {
		return nil
	}
	return fmt.Errorf("stop signal %q: expected a name such as \"SIGTERM\", \"SIGINT\", \"SIGQUIT\", or a number from 1 to 64", value)
}

// CheckArguments checks an argument vector. kind names it in errors: "entrypoint", "cmd".
func CheckArguments(kind string, arguments []string) error {
	for i, argument := range arguments {
		if i == 0 && argument == "" {
			return fmt.Errorf("%s: the first word is empty, expected a program or a file", kind)
		}
		if strings.Contains(argument, "\x00") {
			return fmt.Errorf("%s %q: expected no NUL", kind, argument)
		}
	}
	return nil
}
