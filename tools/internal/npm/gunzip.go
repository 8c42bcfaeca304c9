// SPDX-License-Identifier: Apache-2.0

package npm

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/gzip"
)

// gunzip reads what Node's zlib reads: gzip members one after the other, up to the first byte that is none.
type gunzip struct {
	in *bufio.Reader
	z  *gzip.Reader
}

func newGunzip(r io.Reader) (*gunzip, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &gunzip{in, z}, nil
}

func (g *gunzip) Read(p []byte) (int, error) {
	n, err := g.z.Read(p)
	if err != io.EOF {
		return n, err
	}
	// RFC 1952, section 2.3.1: a member begins so.
	if magic, _ := g.in.Peek(2); string(magic) != "\x1f\x8b" {
		return n, io.EOF
	}
	if err := g.z.Reset(g.in); err != nil {
		return n, notEOF(err)
	}
	g.z.Multistream(false)
	return n, nil
}
