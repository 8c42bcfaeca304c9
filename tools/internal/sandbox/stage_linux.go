// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// Names of the stages: argument 0 of this executable.
const (
	setupStage = "node-image-sandbox-setup"
	enterStage = "node-image-sandbox-enter"
	probeStage = "node-image-sandbox-probe"
)

// Init turns the calling process into a stage of a sandbox if it was started as one, and then does not return.
func Init() {
	if len(os.Args) == 0 {
		return
	}
	switch os.Args[0] {
	case setupStage:
		os.Exit(setup())
	case enterStage:
		enter()
		os.Exit(1)
	case probeStage:
		os.Exit(0)
	}
}

// inherited takes over a descriptor that the parent passed and keeps it from children.
func inherited(fd uintptr, name string) *os.File {
	unix.CloseOnExec(int(fd))
	return os.NewFile(fd, name)
}

// setup is the first stage. It ends when the process has ended.
func setup() int {
	// The kernel sends the parent-death signal when the thread that started the child ends, not the process.
	runtime.LockOSThread()
	input, socket, report := inherited(3, "spec"), inherited(4, "door"), inherited(5, "status")
	var spec Spec
	if err := json.NewDecoder(input).Decode(&spec); err != nil {
		return 1 // The parent is gone.
	}
	input.Close()
	cmd, f := begin(spec)
	if f != nil {
		send(report, status{Fault: f})
		return 1
	}
	door, err := unixConn(socket)
	if err != nil {
		send(report, status{Fault: refused(err, `accept("door")`)})
		return 1
	}
	send(report, status{Started: true})
	keeper := &doorkeeper{door: door, process: cmd.Process}
	go keeper.serve()
	_ = cmd.Wait() // How it ended is in ProcessState.
	keeper.busy.Lock()
	exit := exitOf(cmd.ProcessState.Sys().(syscall.WaitStatus))
	send(report, status{Exit: &exit})
	return 0
}

func exitOf(waited syscall.WaitStatus) Exit {
	if waited.Signaled() {
		return Exit{Code: 128 + int(waited.Signal()), Signal: waited.Signal()}
	}
	return Exit{Code: waited.ExitStatus()}
}

// begin prepares the namespaces and starts process 1. The second stage reports on a pipe that its exec closes.
func begin(spec Spec) (*exec.Cmd, *fault) {
	if f := prepare(spec); f != nil {
		return nil, f
	}
	input, err := feed(spec)
	if err != nil {
		return nil, refused(err, "pipe2()")
	}
	defer input.Close()
	reportRead, reportWrite, err := os.Pipe()
	if err != nil {
		return nil, refused(err, "pipe2()")
	}
	defer reportRead.Close()
	cmd := stage(enterStage, &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWNS,
		Pdeathsig:  syscall.SIGKILL,
		Setsid:     true,
	})
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.ExtraFiles = []*os.File{input, reportWrite}
	err = cmd.Start()
	reportWrite.Close()
	if err != nil {
		return nil, refused(err, "clone(CLONE_NEWPID|CLONE_NEWNS)")
	}
	var f fault
	if json.NewDecoder(reportRead).Decode(&f) == nil {
		_ = cmd.Wait()
		return nil, &f
	}
	return cmd, nil
}

// prepare does what is to be done once, in the namespaces of the first stage.
func prepare(spec Spec) *fault {
	if f := refused(unix.Sethostname([]byte(Hostname)), fmt.Sprintf("sethostname(%q)", Hostname)); f != nil {
		return f
	}
	if f := refused(loopbackUp(), `ioctl(SIOCSIFFLAGS, "lo")`); f != nil {
		return f
	}
	return mountRoot(spec)
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}
