// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"
)

// decodeUTF8 does to a string what passing through JavaScript does: each maximal part that is no UTF-8 becomes one U+FFFD.
//
// https://encoding.spec.whatwg.org/#utf-8-decoder
func decodeUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	io.Copy(&b, newUTF8Reader(strings.NewReader(s))) // neither end has errors
	return b.String()
}

// utf8Reader is decodeUTF8 for a stream.
type utf8Reader struct{ in *bufio.Reader }

// newUTF8Reader has a buffer in front, as utf8Reader itself only fills slices that hold a whole character.
func newUTF8Reader(r io.Reader) io.Reader { return bufio.NewReader(&utf8Reader{bufio.NewReader(r)}) }

func (u *utf8Reader) Read(p []byte) (int, error) {
	n := 0
	for len(p)-n >= utf8.UTFMax {
		next, err := u.in.Peek(utf8.UTFMax)
		if len(next) == 0 {
			return n, err
		}
		r, size := utf8.DecodeRune(next)
		if r == utf8.RuneError && size == 1 {
			size = brokenPart(next)
		}
		n += utf8.EncodeRune(p[n:], r)
		u.in.Discard(size) // it has just been peeked at
	}
	return n, nil
}

// brokenPart is the length of the broken sequence that b begins with: the lead byte and what could have followed it.
func brokenPart(b []byte) int {
	low, high, need := byte(0x80), byte(0xbf), 0
	switch lead := b[0]; {
	case lead >= 0xc2 && lead <= 0xdf:
		need = 1
	case lead >= 0xe0 && lead <= 0xef:
		need = 2
	case lead >= 0xf0 && lead <= 0xf4:
		need = 3
	}
	switch b[0] {
	case 0xe0:
		low = 0xa0
	case 0xed:
		high = 0x9f
	case 0xf0:
		low = 0x90
	case 0xf4:
		high = 0x8f
	}
	n := 1
	for n <= need && n < len(b) && b[n] >= low && b[n] <= high {
		n, low, high = n+1, 0x80, 0xbf
	}
	return n
}
