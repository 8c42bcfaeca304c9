// SPDX-License-Identifier: Apache-2.0

package musl

import (
	"os"
	"testing"

	"github.com/bazelbuild/rules_go/go/runfiles"
)

// environment reads what the BUILD file says, or skips: without Bazel there are no programs.
func environment(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Skipf("%s is not set: run this test by Bazel", name)
	}
	return value
}

func runfile(t *testing.T, name string) string {
	t.Helper()
	path, err := runfiles.Rlocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
