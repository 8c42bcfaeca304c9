// SPDX-License-Identifier: Apache-2.0

package oci

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestSizesAreReadable(t *testing.T) {
	for bytes, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 40_300_000: "40.3 MB", 1_500_000_000: "1.5 GB", 12_345_000_000_000: "12345.0 GB",
	} {
		if got := Size(bytes); got != want {
			t.Errorf("Size(%d) is %q, want %q", bytes, got, want)
		}
	}
}

func TestStatusFillsPlaceholders(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for name, content := range map[string]string{"1": "STABLE_A one\nSTABLE_EMPTY\nSTABLE_B with blanks \r\n", "2": "BUILD_TIMESTAMP 86400\n\nSTABLE_A two\n"} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	slices.Sort(files)
	status, err := ReadStatus(files)
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{
		"plain": "plain", "{STABLE_A}": "two", "v{STABLE_A}-{STABLE_A}": "vtwo-two", "{STABLE_B}": "with blanks ", "[{STABLE_EMPTY}]": "[]",
		`{"json": {}}`: `{"json": {}}`, "{lower}": "{lower}",
	} {
		if got, err := status.Expand(value); err != nil || got != want {
			t.Errorf("Expand(%q) is %q, %v; want %q", value, got, err, want)
		}
	}
	created, err := status.Created("{BUILD_TIMESTAMP}")
	if err != nil || created.String() != "1970-01-02 00:00:00 +0000 UTC" {
		t.Errorf("created is %s, %v; want the second of January 1970", created, err)
	}
	created, err = status.Created("2024-02-29T13:00:00+01:00")
	if err != nil || created.String() != "2024-02-29 12:00:00 +0000 UTC" {
		t.Errorf("created is %s, %v; want noon in UTC", created, err)
	}
}

func TestUnstampedPlaceholderIsAnError(t *testing.T) {
	_, err := Status(nil).Expand("{STABLE_A}")
	if err == nil || err.Error() != `"{STABLE_A}": the build is not stamped: build with --stamp` {
		t.Errorf("got error %v, want that the build is not stamped", err)
	}
}

func TestReferences(t *testing.T) {
	for text, want := range map[string]Reference{
		"app:latest":                    {"app:latest", "docker.io/library/app:latest", "latest"},
		"app":                           {"app:latest", "docker.io/library/app:latest", "latest"},
		"team/app:1":                    {"team/app:1", "docker.io/team/app:1", "1"},
		"localhost:5000/app":            {"localhost:5000/app:latest", "localhost:5000/app:latest", "latest"},
		"registry.example/team/app:1.0": {"registry.example/team/app:1.0", "registry.example/team/app:1.0", "1.0"},
	} {
		if got, err := ParseReference(text); err != nil || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", text, got, err, want)
		}
	}
}
