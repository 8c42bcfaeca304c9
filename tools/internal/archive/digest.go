// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
)

// digester passes on what is written, and knows its digest and size.
type digester struct {
	dst  io.Writer
	hash hash.Hash
	size int64
}

func newDigester(dst io.Writer) *digester { return &digester{dst: dst, hash: sha256.New()} }

func (d *digester) Write(p []byte) (int, error) {
	n, err := d.dst.Write(p)
	d.hash.Write(p[:n])
	d.size += int64(n)
	return n, err
}

func (d *digester) digest() string { return "sha256:" + hex.EncodeToString(d.hash.Sum(nil)) }
