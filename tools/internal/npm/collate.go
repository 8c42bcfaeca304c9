// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"cmp"
	"strings"
)

// collation has the ASCII characters in the order of Unicode's root collation, which is English's too. npm sorts by it.
//
// https://www.unicode.org/charts/collation/
const collation = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"

// compare is localeCompare(a, b) in English, for ASCII: case decides only between strings that are otherwise equal, lower first.
func compare(a, b string) int {
	for i := range min(len(a), len(b)) {
		if c := cmp.Compare(weight(a[i]), weight(b[i])); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	// In ASCII lower case has the higher codes.
	return cmp.Compare(b, a)
}

func weight(c byte) int {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return strings.IndexByte(collation, c)
}
