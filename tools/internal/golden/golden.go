// SPDX-License-Identifier: Apache-2.0

// Package golden compares what a test gets with a file that people read.
package golden

import (
	"os"
	"testing"
)

// variable of the environment that makes Compare write. It is no flag, so that one command serves all packages.
const variable = "UPDATE_GOLDEN"

// Compare compares got with the file at path.
func Compare(t *testing.T, path, got string) {
	t.Helper()
	if os.Getenv(variable) != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; to update: %s=1 go test ./tools/... -run '^%s$'\n--- got\n%s\n--- want\n%s", path, variable, t.Name(), got, want)
	}
}
