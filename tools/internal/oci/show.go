// SPDX-License-Identifier: Apache-2.0

package oci

import (
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Short returns the first 12 hex digits of a digest, enough to tell blobs apart in what people read.
func Short(digest v1.Hash) string { return digest.Hex[:min(12, len(digest.Hex))] }

// Size returns a number of bytes as people read it: decimal units, one digit after the point.
func Size(bytes int64) string {
	if bytes < 1000 {
		return fmt.Sprintf("%d B", bytes)
	}
	value := float64(bytes)
	for _, unit := range []string{"kB", "MB"} {
		if value /= 1000; value < 999.95 {
			return fmt.Sprintf("%.1f %s", value, unit)
		}
	}
	return fmt.Sprintf("%.1f GB", value/1000)
}
