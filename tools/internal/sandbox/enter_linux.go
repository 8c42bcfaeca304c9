// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// defaultPath is where engines look for a command when the image sets no PATH.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// enter is the second stage: process 1 of the pid namespace. It returns only if it did not become the program.
func enter() {
	// Capabilities belong to threads, and exec keeps those of the calling one.
	runtime.LockOSThread()
	input, report := inherited(3, "spec"), inherited(4, "report")
	var spec Spec
	if err := json.NewDecoder(input).Decode(&spec); err != nil {
		return // The parent is gone.
	}
	input.Close()
	for _, step := range []func() *fault{
		func() *fault { return mountProc(spec.Root) },
		func() *fault { return pivot(spec.Root) },
		dropPrivileges,
		func() *fault { return changeDir(spec.Dir) },
		func() *fault { return execute(spec) },
	} {
		if f := step(); f != nil {
			send(report, f)
			return
		}
	}
}

// dropPrivileges empties every capability set and makes sure that no exec fills them again, for a user that is root too.
func dropPrivileges() *fault {
	for capability := uintptr(0); ; capability++ {
		err := unix.Prctl(unix.PR_CAPBSET_DROP, capability, 0, 0, 0)
		if errors.Is(err, unix.EINVAL) {
			break // One past the last capability that this kernel knows.
		}
		if f := refused(err, fmt.Sprintf("prctl(PR_CAPBSET_DROP, %d)", capability)); f != nil {
			return f
		}
	}
	if f := refused(unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "prctl(PR_CAP_AMBIENT_CLEAR_ALL)"); f != nil {
		return f
	}
	header, none := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, [2]unix.CapUserData{}
	if f := refused(unix.Capset(&header, &none[0]), "capset({})"); f != nil {
		return f
	}
	unix.Umask(0o022)
	return refused(unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)")
}

func changeDir(dir string) *fault {
	err := os.Chdir(dir)
	if err == nil {
		return nil
	}
	return &fault{Program: true, Call: dir, Errno: errnoOf(err), Detail: "the working directory is not accessible to the image's user"}
}

// execute becomes the program. Like execvp(3), it takes the first candidate that can be executed.
func execute(spec Spec) *fault {
	name := spec.Args[0]
	search, candidates := candidates(name, spec.Env)
	worst := &fault{Program: true, Call: name, Errno: syscall.ENOENT}
	if search != "" {
		worst.Detail = "it is in no folder of PATH " + search
	}
	for _, candidate := range candidates {
		err := errnoOf(syscall.Exec(candidate, spec.Args, spec.Env))
		switch _, statErr := os.Stat(candidate); {
		case err == syscall.ENOENT && statErr != nil, err == syscall.ENOTDIR:
			continue
		case err == syscall.ENOENT:
			return &fault{Program: true, Call: name, Errno: err, Detail: missingLoader(candidate)}
		case err == syscall.EACCES:
			worst = &fault{Program: true, Call: name, Errno: err, Detail: fmt.Sprintf("%s is not executable for the image's user", candidate)}
		default:
			return &fault{Program: true, Call: name, Errno: err}
		}
	}
	return worst
}

// candidates are the paths to try, and the PATH that they come from if name has no slash.
func candidates(name string, env []string) (search string, paths []string) {
	if strings.Contains(name, "/") {
		return "", []string{name}
	}
	search = defaultPath
	for _, variable := range env {
		if value, ok := strings.CutPrefix(variable, "PATH="); ok {
			search = value
		}
	}
	for dir := range strings.SplitSeq(search, ":") {
		paths = append(paths, path.Join("/", dir, name))
	}
	return search, paths
}

// missingLoader explains why the kernel does not find a file that is there.
func missingLoader(file string) string {
	text := file + " is there, the interpreter that it names is not"
	program, err := elf.Open(file)
	if err != nil {
		return text
	}
	defer program.Close()
	for _, segment := range program.Progs {
		if segment.Type != elf.PT_INTERP {
			continue
		}
		name := make([]byte, segment.Filesz)
		if _, err := segment.ReadAt(name, 0); err == nil {
			return fmt.Sprintf("%s is there, its loader %s is not", file, strings.TrimRight(string(name), "\x00"))
		}
	}
	return text
}
