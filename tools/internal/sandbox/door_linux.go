// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// The door is a socket between the calling process and the setup stage, which lives in the sandbox's network namespace and is the
// parent of its process 1. One request, one answer.
type request struct {
	// Port to connect to, or 0.
	Port int `json:",omitempty"`
	// Signal to send, or 0.
	Signal syscall.Signal `json:",omitempty"`
}

// answer comes with a connected socket if the request had a port.
type answer struct {
	Problem string `json:",omitempty"`
}

// dialTimeout bounds one attempt. On loopback, only a full backlog makes an attempt wait.
const dialTimeout = time.Second

func socketPair() (*net.UnixConn, *os.File, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	far := os.NewFile(uintptr(fds[1]), "door")
	near, err := unixConn(os.NewFile(uintptr(fds[0]), "door"))
	if err != nil {
		far.Close()
		return nil, nil, err
	}
	return near, far, nil
}

// unixConn takes over the file.
func unixConn(file *os.File) (*net.UnixConn, error) {
	defer file.Close()
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, err
	}
	return conn.(*net.UnixConn), nil
}

// Dial connects to a TCP port on the sandbox's loopback, 127.0.0.1 first and ::1 then. It does not wait for a listener.
func (p *Process) Dial(port int) (net.Conn, error) {
	file, err := p.ask(request{Port: port})
	if err != nil {
		return nil, fmt.Errorf("connecting to port %d in the sandbox: %w", port, err)
	}
	defer file.Close()
	return net.FileConn(file)
}

// Signal sends a signal to the process. Being process 1, it is only hit by those it handles.
func (p *Process) Signal(signal syscall.Signal) error {
	if _, err := p.ask(request{Signal: signal}); err != nil {
		return fmt.Errorf("sending signal %d to the sandbox: %w", int(signal), err)
	}
	return nil
}

func (p *Process) ask(r request) (*os.File, error) {
	p.knock.Lock()
	defer p.knock.Unlock()
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	if _, err := p.door.Write(data); err != nil {
		return nil, err
	}
	buffer, oob := make([]byte, 4096), make([]byte, unix.CmsgSpace(4))
	n, oobn, _, _, err := p.door.ReadMsgUnix(buffer, oob)
	if err != nil {
		return nil, err
	}
	var a answer
	if err := json.Unmarshal(buffer[:n], &a); err != nil {
		return nil, fmt.Errorf("the sandbox has ended: %w", err)
	}
	if a.Problem != "" {
		return nil, errors.New(a.Problem)
	}
	if r.Port == 0 {
		return nil, nil
	}
	return received(oob[:oobn])
}

func received(oob []byte) (*os.File, error) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return nil, err
	}
	if len(messages) != 1 {
		return nil, fmt.Errorf("found %d control messages, expected one", len(messages))
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return nil, err
	}
	if len(fds) != 1 {
		return nil, fmt.Errorf("found %d sockets, expected one", len(fds))
	}
	unix.CloseOnExec(fds[0])
	return os.NewFile(uintptr(fds[0]), "connection"), nil
}

// doorkeeper answers requests in the setup stage.
type doorkeeper struct {
	door    *net.UnixConn
	process *os.Process
	// busy is held from a request to its answer. The stage ends with it in hand: a signal that ends the process would otherwise
	// end the stage before it has said that the signal was sent.
	busy sync.Mutex
}

// serve answers requests until the other side is gone.
func (k *doorkeeper) serve() {
	buffer := make([]byte, 4096)
	for {
		n, err := k.door.Read(buffer)
		if err != nil || n == 0 || k.answer(buffer[:n]) != nil {
			return
		}
	}
}

func (k *doorkeeper) answer(data []byte) error {
	k.busy.Lock()
	defer k.busy.Unlock()
	var r request
	var a answer
	var rights []byte
	err := json.Unmarshal(data, &r)
	if err == nil {
		var socket *os.File
		if socket, err = r.serve(k.process); socket != nil {
			defer socket.Close()
			rights = unix.UnixRights(int(socket.Fd()))
		}
	}
	if err != nil {
		a.Problem = err.Error()
	}
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	_, _, err = k.door.WriteMsgUnix(text, rights, nil)
	return err
}

func (r request) serve(process *os.Process) (*os.File, error) {
	if r.Port == 0 {
		return nil, process.Signal(r.Signal)
	}
	port := strconv.Itoa(r.Port)
	conn, err := net.DialTimeout("tcp4", net.JoinHostPort("127.0.0.1", port), dialTimeout)
	if err != nil {
		var v6 error
		if conn, v6 = net.DialTimeout("tcp6", net.JoinHostPort("::1", port), dialTimeout); v6 != nil {
			return nil, err
		}
	}
	defer conn.Close()
	return conn.(*net.TCPConn).File()
}
