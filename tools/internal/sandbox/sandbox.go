// SPDX-License-Identifier: Apache-2.0

// Package sandbox runs one process in a root folder as a container engine would, without engine, daemon or privilege: in fresh
// user, mount, pid, network, ipc and uts namespaces, as the user it asks for, as process 1, on a read-only root, without
// capabilities and with no way to gain any.
//
// It starts its own executable again, in stages. The first ("setup") makes the namespaces, mounts what the process will see, and
// stays as the door into the network namespace. The second ("enter") is process 1 of the pid namespace: it enters the root, gives
// up every capability and becomes the program. A program that uses this package therefore calls Init first thing in main.
//
// What differs from an engine: only one uid and one gid exist, all files belong to the process's user (package rootfs sets the
// modes so that access is what it would be), file capabilities and setuid bits do not count, and there is no network but loopback.
package sandbox

import (
	"fmt"
	"io"
	"syscall"
)

// Hostname of every sandbox.
const Hostname = "image-test"

// Spec describes a process and what it sees.
type Spec struct {
	// Root is the folder that becomes "/", on a file system that allows execution. It holds directories named proc, dev and
	// those of Tmpfs.
	Root string
	// UID and GID of the process.
	UID, GID int
	// Args is the command. A name without a slash is looked up in the PATH of Env.
	Args []string
	// Env is the whole environment, "KEY=value".
	Env []string
	// Dir is the working directory.
	Dir string
	// Tmpfs are the writable places: absolute paths free of symlinks.
	Tmpfs []string
	// Stdout and Stderr receive the output from another goroutine; a nil one discards it. The input is empty.
	Stdout, Stderr io.Writer `json:"-"`
}

// Exit is how a process ended.
type Exit struct {
	Code int
	// Signal that killed the process, or 0. Code is then 128 + Signal, as shells and engines count.
	Signal syscall.Signal
}

func (e Exit) String() string {
	if e.Signal != 0 {
		return fmt.Sprintf("exit code %d (killed by signal %d, %s)", e.Code, int(e.Signal), e.Signal)
	}
	return fmt.Sprintf("exit code %d", e.Code)
}

// Refusal says that the kernel refused a step of making the sandbox: this machine cannot run the test as it is configured.
type Refusal struct {
	// Call is the system call with what it was about: `mount("proc", "/proc")`.
	Call  string
	Errno syscall.Errno
	// Advice says what to enable.
	Advice string
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("making the sandbox: %s was refused: %s (%s): %s", r.Call, errnoName(r.Errno), r.Errno.Error(), r.Advice)
}

func (r *Refusal) Unwrap() error { return r.Errno }

// StartError says that the sandbox stands and the program in it does not start: the image's fault.
type StartError struct {
	// Program as named by the command.
	Program string
	Errno   syscall.Errno
	// Detail says more than the error number, or is empty.
	Detail string
}

func (s *StartError) Error() string {
	text := fmt.Sprintf("starting %q in the image: %s", s.Program, s.Errno.Error())
	if s.Detail != "" {
		text += ": " + s.Detail
	}
	return text
}

func (s *StartError) Unwrap() error { return s.Errno }
