// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"syscall"
)

// fault is a failed system call on its way from a stage to the process that started it.
type fault struct {
	// Call as in Refusal, or the program's name if Program is set.
	Call  string
	Errno syscall.Errno
	// Program marks the image's own fault.
	Program bool   `json:",omitempty"`
	Detail  string `json:",omitempty"`
}

// refused is a fault of the sandbox, or nil if err is.
func refused(err error, call string) *fault {
	if err == nil {
		return nil
	}
	return &fault{Call: call, Errno: errnoOf(err)}
}

// errnoOf finds the error number in err. One without any came from no system call: EINVAL is what it then amounts to.
func errnoOf(err error) syscall.Errno {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return syscall.EINVAL
}

func (f *fault) err() error {
	if f.Program {
		return &StartError{Program: f.Call, Errno: f.Errno, Detail: f.Detail}
	}
	return &Refusal{Call: f.Call, Errno: f.Errno, Advice: advice(f.Call, f.Errno)}
}

// status is one line that the setup stage writes: first Fault or Started, in the end Exit.
type status struct {
	Fault   *fault `json:",omitempty"`
	Started bool   `json:",omitempty"`
	Exit    *Exit  `json:",omitempty"`
}

// send writes a value as one line. A reader that is gone has no use for it.
func send(w io.Writer, value any) { _ = json.NewEncoder(w).Encode(value) }

// feed returns the read end of a pipe from which a child process reads value.
func feed(value any) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	go func() {
		send(w, value)
		w.Close()
	}()
	return r, nil
}
