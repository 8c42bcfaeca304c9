// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

var (
	comment  = regexp.MustCompile(`#[^\n]*`)
	variable = regexp.MustCompile(`(?:set|list)\(\s*(?:APPEND\s+)?([A-Za-z0-9_]+)\s([^)]*)\)`)
)

// sourceLists reads the lists of sources in one of LLVM's CMakeLists.txt, so that they need not be written down here again:
// by name, what every `set(NAME …)` and `list(APPEND NAME …)` gives it, without regard to the conditions around them.
func sourceLists(file string) (map[string][]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	lists := map[string][]string{}
	for _, match := range variable.FindAllStringSubmatch(comment.ReplaceAllString(string(text), ""), -1) {
		for _, word := range strings.Fields(match[2]) {
			if !strings.Contains(word, "$") {
				lists[match[1]] = append(lists[match[1]], word)
			}
		}
	}
	return lists, nil
}

// units returns the units of those sources in a list that compile to something, each below dir.
func units(dir, objects string, sources []string, flags ...string) []unit {
	var found []unit
	for _, source := range sources {
		switch {
		case strings.HasSuffix(source, ".c"), strings.HasSuffix(source, ".cpp"), strings.HasSuffix(source, ".S"):
			found = append(found, unit{
				source: dir + "/" + source,
				object: objects + "/" + strings.ReplaceAll(source, "/", "_") + ".o",
				flags:  flags,
			})
		}
	}
	return found
}

// list returns one of the lists read from file, which must not be empty: a new version of LLVM may have renamed it.
func list(lists map[string][]string, file, name string) ([]string, error) {
	if len(lists[name]) == 0 {
		return nil, fmt.Errorf("reading %q: it sets no list %q; the version of LLVM is not one this tool knows", file, name)
	}
	return lists[name], nil
}
