// SPDX-License-Identifier: Apache-2.0

package entrypoint

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// operators are the characters that mean something to a shell outside quotes.
var operators = map[rune]string{
	'&': "an operator", '|': "an operator", ';': "an operator", '<': "a redirection", '>': "a redirection",
	'(': "a subshell", ')': "a subshell", '`': "a command substitution", '$': "a variable", '\\': "an escape",
	'*': "a glob", '?': "a glob", '[': "a glob", ']': "a glob", '{': "a brace expansion", '}': "a brace expansion",
	'~': "a home directory", '#': "a comment", '!': "a negation", '\n': "a second line",
}

// splitScript returns the arguments of a plain `node ...`. It knows words and simple quotes, and says what else it met.
func splitScript(script string) ([]string, error) {
	words, err := splitWords(script)
	if err != nil {
		return nil, err
	}
	switch {
	case len(words) == 0:
		return nil, errors.New("it is empty, expected node [options] <file> [arguments]")
	case isAssignment(words[0]):
		return nil, fmt.Errorf("it sets the variable %q", words[0])
	case words[0] != "node":
		return nil, fmt.Errorf("it starts %q, expected node [options] <file> [arguments]", words[0])
	}
	return words[1:], nil
}

func splitWords(script string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord, quote := false, rune(0)
	for _, r := range script {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == '"' && strings.ContainsRune("$`\\", r):
			return nil, needsShell(operators[r], r)
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			inWord, quote = true, r
		case r == ' ' || r == '\t':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		case operators[r] != "":
			return nil, needsShell(operators[r], r)
		default:
			inWord = true
			word.WriteRune(r)
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quote %q is not closed", string(quote))
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

func needsShell(what string, r rune) error {
	return fmt.Errorf("it needs a shell for %s, %q", what, string(r))
}

func isAssignment(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") == ""
}

// withValue are node's options whose value is the next word unless it follows a "=". https://nodejs.org/api/cli.html
var withValue = []string{
	"-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--env-file", "--env-file-if-exists",
	"--title", "--input-type", "--icu-data-dir", "--openssl-config", "--dns-result-order", "--unhandled-rejections", "--max-http-header-size",
	"--stack-trace-limit", "--redirect-warnings", "--disable-warning", "--tls-cipher-list", "--trace-event-categories", "--diagnostic-dir",
	"--watch-path", "--experimental-default-type", "--localstorage-file", "--allow-fs-read", "--allow-fs-write", "--report-dir", "--report-directory",
	"--report-filename", "--report-signal", "--heapsnapshot-signal", "--heapsnapshot-near-heap-limit", "--inspect-publish-uid", "--secure-heap",
}

// scriptFile returns the file that node opens, "" if it would read its standard input, and false if there is none to look for.
func scriptFile(arguments []string) (string, bool) {
	for i := 0; i < len(arguments); i++ {
		switch argument := arguments[i]; {
		case argument == "--":
			if i+1 < len(arguments) {
				return arguments[i+1], true
			}
			return "", true
		case slices.Contains([]string{"-e", "--eval", "-p", "--print", "-pe", "--test", "--run", "-v", "--version"}, argument):
			return "", false
		case argument == "-":
			return "", true
		case slices.Contains(withValue, argument):
			i++
		case !strings.HasPrefix(argument, "-"):
			return argument, true
		}
	}
	return "", true
}

// preloads returns the files, not the packages, that options make node load before the script.
func preloads(arguments []string) []string {
	var files []string
	for i, argument := range arguments {
		option, value, joined := strings.Cut(argument, "=")
		if option == "--" || !strings.HasPrefix(option, "-") && (i == 0 || !slices.Contains(withValue, arguments[i-1])) {
			break
		}
		if !slices.Contains([]string{"-r", "--require", "--import"}, option) {
			continue
		}
		if !joined && i+1 < len(arguments) {
			value = arguments[i+1]
		}
		if strings.HasPrefix(value, "./") || strings.HasPrefix(value, "../") || strings.HasPrefix(value, "/") {
			files = append(files, value)
		}
	}
	return files
}
