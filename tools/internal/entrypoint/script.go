// SPDX-License-Identifier: Apache-2.0

package entrypoint

import (
	"errors"
	"fmt"
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
