// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const permissions = "rwxrwxrwx"

// The setuid, setgid and sticky bits share the place of an x: lower case if both are set, upper case if only they are.
var specials = [3]struct {
	bit    uint32
	letter byte
}{{0o4000, 's'}, {0o2000, 's'}, {0o1000, 't'}}

func formatMode(mode uint32) string {
	b := []byte(permissions)
	for i := range b {
		if mode&(0o400>>i) == 0 {
			b[i] = '-'
		}
	}
	for i, s := range specials {
		if x := &b[3*i+2]; mode&s.bit != 0 {
			if *x == 'x' {
				*x = s.letter
			} else {
				*x = s.letter - 'a' + 'A'
			}
		}
	}
	return string(b)
}

func parseMode(s string) (uint32, error) {
	var mode uint32
	for i := range permissions {
		c, special := s[i], specials[i/3]
		switch {
		case c == permissions[i]:
			mode |= 0o400 >> i
		case i%3 == 2 && c == special.letter:
			mode |= 0o400>>i | special.bit
		case i%3 == 2 && c == special.letter-'a'+'A':
			mode |= special.bit
		case c != '-':
			return 0, fmt.Errorf("the mode %q has %q at place %d", s, c, i+1)
		}
	}
	return mode, nil
}

// quote writes what would break a line or a field as octal bytes.
func quote(s string) string {
	var b strings.Builder
	for i, r := range s {
		plain := r != '\\' && unicode.IsGraphic(r) && !unicode.IsSpace(r)
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(s[i:])
			plain = size > 1
		}
		for _, c := range []byte(s[i : i+size]) {
			if plain {
				b.WriteByte(c)
			} else {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		}
	}
	return b.String()
}

func unquote(s string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		if i+4 > len(s) {
			return "", fmt.Errorf("%q ends within an octal byte", s)
		}
		c, err := strconv.ParseUint(s[i+1:i+4], 8, 8)
		if err != nil {
			return "", fmt.Errorf("%q has %q, expected a backslash and three octal digits", s, s[i:i+4])
		}
		b.WriteByte(byte(c))
		i += 3
	}
	return b.String(), nil
}
