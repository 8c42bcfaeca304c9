// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// self is the running executable, also where the path that it was started by is gone or not visible.
const self = "/proc/self/exe"

// Process is a started process with its namespaces.
type Process struct {
	setup   *exec.Cmd
	status  *os.File
	door    *net.UnixConn
	knock   sync.Mutex
	done    chan struct{}
	exit    Exit
	failure error
}

// Start makes the namespaces and starts the process in them. It returns when the program runs: errors are *Refusal if the kernel
// refuses the sandbox, *StartError if the program does not start. When ctx ends, the process is killed with all its children;
// so it is when the calling process dies.
func Start(ctx context.Context, spec Spec) (*Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("starting the sandbox: %w", err)
	}
	if len(spec.Args) == 0 {
		return nil, errors.New("starting the sandbox: found no command: the image sets neither entrypoint nor command, expected one")
	}
	p, err := launch(spec)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewReader(p.status)
	first, err := readStatus(lines)
	if err == nil && first.Fault != nil {
		err = first.Fault.err()
	}
	if err != nil {
		p.setup.Process.Kill()
		waited := p.setup.Wait()
		p.door.Close()
		p.status.Close()
		if first.Fault == nil {
			return nil, fmt.Errorf("starting the sandbox: its first process ended without a word (%v): %w", waited, err)
		}
		return nil, err
	}
	stop := context.AfterFunc(ctx, p.Kill)
	go p.follow(lines, stop)
	return p, nil
}

// launch starts the setup stage: descriptor 3 is the specification, 4 the door, 5 the status.
func launch(spec Spec) (*Process, error) {
	near, far, err := socketPair()
	if err != nil {
		return nil, fmt.Errorf("starting the sandbox: %w", err)
	}
	defer far.Close()
	input, err := feed(spec)
	if err != nil {
		near.Close()
		return nil, fmt.Errorf("starting the sandbox: %w", err)
	}
	defer input.Close()
	statusRead, statusWrite, err := os.Pipe()
	if err != nil {
		near.Close()
		return nil, fmt.Errorf("starting the sandbox: %w", err)
	}
	defer statusWrite.Close()
	cmd := stage(setupStage, attributes(spec.UID, spec.GID))
	cmd.Stdout, cmd.Stderr = spec.Stdout, spec.Stderr
	cmd.ExtraFiles = []*os.File{input, far, statusWrite}
	if err := cmd.Start(); err != nil {
		near.Close()
		statusRead.Close()
		return nil, diagnose(spec, err)
	}
	return &Process{setup: cmd, status: statusRead, door: near, done: make(chan struct{})}, nil
}

// attributes of the setup stage: its own session, so that a Ctrl-C reaches it through its parent only.
func attributes(uid, gid int) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: gid, HostID: os.Getgid(), Size: 1}},
		// The user is seldom root in the namespace: only ambient capabilities survive its exec.
		AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_SETPCAP},
		Pdeathsig:   syscall.SIGKILL,
		Setsid:      true,
	}
}

// stage is a command that runs this executable as a stage, with an empty environment.
func stage(name string, attr *syscall.SysProcAttr) *exec.Cmd {
	return &exec.Cmd{Path: self, Args: []string{name}, Env: []string{}, Dir: "/", SysProcAttr: attr}
}

// diagnose finds out which namespace the kernel refuses: the failed start of a process does not tell.
func diagnose(spec Spec, err error) error {
	flags := []struct {
		flag uintptr
		name string
	}{
		{unix.CLONE_NEWUSER, "CLONE_NEWUSER"}, {unix.CLONE_NEWNS, "CLONE_NEWNS"}, {unix.CLONE_NEWNET, "CLONE_NEWNET"},
		{unix.CLONE_NEWIPC, "CLONE_NEWIPC"}, {unix.CLONE_NEWUTS, "CLONE_NEWUTS"},
	}
	var asked uintptr
	for _, f := range flags {
		asked |= f.flag
		if probed := stage(probeStage, &syscall.SysProcAttr{Cloneflags: asked}).Run(); probed != nil && errnoIn(probed) {
			return refused(probed, "clone("+f.name+")").err()
		}
	}
	attr := attributes(spec.UID, spec.GID)
	attr.AmbientCaps = nil
	if probed := stage(probeStage, attr).Run(); probed != nil && errnoIn(probed) {
		call := fmt.Sprintf(`write("/proc/<pid>/uid_map", "%d %d 1")`, spec.UID, os.Getuid())
		return refused(probed, call).err()
	}
	if errnoIn(err) {
		return refused(err, "prctl(PR_CAP_AMBIENT_RAISE)").err()
	}
	return fmt.Errorf("starting the sandbox: %w", err)
}

func errnoIn(err error) bool {
	var errno syscall.Errno
	return errors.As(err, &errno)
}

func readStatus(lines *bufio.Reader) (status, error) {
	var s status
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(line, &s)
}

// follow waits for the end of the process and of its output.
func (p *Process) follow(lines *bufio.Reader, stop func() bool) {
	last, err := readStatus(lines)
	waited := p.setup.Wait()
	stop()
	// Whoever knocked hears the answer, which is on its way, or that there is none.
	p.knock.Lock()
	p.door.Close()
	p.knock.Unlock()
	p.status.Close()
	if err == nil && last.Exit != nil {
		p.exit = *last.Exit
	} else {
		p.exit = Exit{Code: 128 + int(syscall.SIGKILL), Signal: syscall.SIGKILL}
		p.failure = fmt.Errorf("following the process in the sandbox: it was killed before it ended by itself (%v)", waited)
	}
	close(p.done)
}

// Done is closed when the process has ended and its output is complete.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait returns how the process ended, or an error if it was killed by Kill or by the end of Start's context.
func (p *Process) Wait() (Exit, error) {
	<-p.done
	return p.exit, p.failure
}

// Kill kills the process with all its children. The kernel does it: the stages die with each other, and the children with process 1.
func (p *Process) Kill() { p.setup.Process.Kill() }
