// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"bufio"
	"bytes"
	"io"
)

// bin-links looks for the shebang's end no further than this.
const shebangLimit = 2048

// fixShebang returns the content that bin-links gives the file of a linked command: if its first line is a shebang that ends in
// CR LF, the CR is dropped, and by the way whatever is no UTF-8 is replaced.
func fixShebang(content io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(content, shebangLimit)
	head, err := b.Peek(shebangLimit)
	if err != nil && err != io.EOF {
		return nil, err
	}
	cr := shebangCR(head)
	if cr < 0 {
		return b, nil
	}
	line := bytes.Clone(head[:cr])
	b.Discard(cr + 1) // it has just been peeked at
	return newUTF8Reader(io.MultiReader(bytes.NewReader(line), b)), nil
}

// shebangCR returns the place of the CR that ends a shebang of at least one character, or -1.
func shebangCR(head []byte) int {
	cr := bytes.IndexByte(head, '\n') - 1
	if !bytes.HasPrefix(head, []byte("#!")) || cr <= len("#!") || head[cr] != '\r' {
		return -1
	}
	return cr
}
