// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/klauspost/pgzip"
)

// Compression of a layer's blob.
type Compression string

// Gzip is read by everything; zstd is smaller and faster, and needs Docker 23 or newer.
const (
	Gzip Compression = "gzip"
	Zstd Compression = "zstd"
)

// The level and the size of a block decide the bytes, the number of blocks in flight does not: it only bounds the memory.
// All three are fixed, so that no machine's core count can matter.
const (
	gzipLevel  = 6
	gzipBlock  = 1 << 20
	gzipBlocks = 4
	zstdLevel  = zstd.SpeedBetterCompression
	zstdWindow = 8 << 20
)

// ParseCompression returns the compression that name stands for.
func ParseCompression(name string) (Compression, error) {
	switch c := Compression(name); c {
	case Gzip, Zstd:
		return c, nil
	}
	return "", fmt.Errorf("unknown compression %q, expected %q or %q", name, Gzip, Zstd)
}

// MediaType of a layer of this compression.
//
// https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md
func (c Compression) MediaType() string { return "application/vnd.oci.image.layer.v1.tar+" + string(c) }

// compressor wraps w. The gzip header names no file, no time, and the operating system 255, "unknown" (RFC 1952, section 2.3).
func (c Compression) compressor(w io.Writer) (io.WriteCloser, error) {
	switch c {
	case Gzip:
		z, err := pgzip.NewWriterLevel(w, gzipLevel)
		if err != nil {
			return nil, err
		}
		// pgzip takes the zero time.Time for a year; the epoch is how "no time" is written.
		z.ModTime, z.OS = time.Unix(0, 0), 255
		return z, z.SetConcurrency(gzipBlock, gzipBlocks)
	case Zstd:
		// One thread: with several the cut of blocks depends on how the writes arrive.
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstdLevel), zstd.WithWindowSize(zstdWindow))
	}
	return nil, fmt.Errorf("unknown compression %q, expected %q or %q", string(c), Gzip, Zstd)
}
