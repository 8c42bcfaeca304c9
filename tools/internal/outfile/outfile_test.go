// SPDX-License-Identifier: Apache-2.0

package outfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"
)

func half(w io.Writer) error {
	_, err := io.WriteString(w, "half")
	return errors.Join(err, errors.New("interrupted"))
}

func whole(w io.Writer) error {
	_, err := io.WriteString(w, "whole")
	return err
}

func TestWrite(t *testing.T) {
	t.Chdir(t.TempDir())
	defer syscall.Umask(syscall.Umask(0o777))
	for _, step := range []struct {
		path string
		fill func(io.Writer) error
		err  string
		// left is what the folder holds, with the file's content.
		left string
	}{
		{"file", half, `writing "file": interrupted`, ""},
		{"file", whole, "<nil>", "-rw-r--r-- file whole"},
		{"file", half, `writing "file": interrupted`, "-rw-r--r-- file whole"},
	} {
		if err := Write(step.path, step.fill); fmt.Sprint(err) != step.err {
			t.Errorf("got %v, want %s", err, step.err)
		}
		entries, err := os.ReadDir(".")
		if err != nil {
			t.Fatal(err)
		}
		left := ""
		for _, e := range entries {
			info, err := e.Info()
			if err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(e.Name())
			if err != nil {
				t.Fatal(err)
			}
			left += fmt.Sprintf("%v %s %s", info.Mode(), e.Name(), content)
		}
		if left != step.left {
			t.Errorf("got %q, want %q", left, step.left)
		}
	}
}
