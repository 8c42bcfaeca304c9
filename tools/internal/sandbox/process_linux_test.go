// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rules-node-image/rules_node_image/tools/internal/sandbox/payload"

	"golang.org/x/sync/errgroup"
)

func TestDial(t *testing.T) {
	for _, address := range []string{"127.0.0.1:8080", "0.0.0.0:8080"} {
		p := start(t, deadline(t), spec("serve="+address))
		conn := dialUntilAccepted(t, p)
		if _, err := io.WriteString(conn, "GET /json HTTP/1.1\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		reply, err := io.ReadAll(conn)
		if err != nil || !strings.HasSuffix(string(reply), `{"ok":true,"n":[1,2]}`) {
			t.Errorf("found %q, %v", reply, err)
		}
		if _, err := p.Dial(8081); err == nil || err.Error() != "connecting to port 8081 in the sandbox: dial tcp4 127.0.0.1:8081: connect: connection refused" {
			t.Errorf("found %v", err)
		}
	}
}

func start(t *testing.T, ctx context.Context, s Spec) *Process {
	t.Helper()
	p, err := Start(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Kill()
		<-p.Done()
	})
	return p
}

func dialUntilAccepted(t *testing.T, p *Process) net.Conn {
	t.Helper()
	for {
		conn, err := p.Dial(8080)
		if err == nil {
			return conn
		}
		select {
		case <-p.Done():
			t.Fatal(err)
		default:
		}
	}
}

func started(t *testing.T, p *Process, out *output) {
	t.Helper()
	for !strings.Contains(out.String(), "ready") {
		select {
		case <-p.Done():
			t.Fatalf("ended early: %q", out.String())
		default:
		}
	}
}

func TestSignal(t *testing.T) {
	var out output
	s := spec("on-term=3", "say=ready", "wait")
	s.Stdout = &out
	p := start(t, deadline(t), s)
	started(t, p, &out)
	if err := p.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	exit, err := p.Wait()
	if err != nil || exit != (Exit{Code: 3}) || out.String() != "ready\nterminated\n" {
		t.Errorf("found %v, %v, %q", exit, err, out.String())
	}
	if err := p.Signal(syscall.SIGTERM); err == nil || !strings.HasPrefix(err.Error(), "sending signal 15 to the sandbox: ") {
		t.Errorf("signal after the end: found %v", err)
	}
}

// The stage that sends the signal ends with the process. Many at a time, so that some are slow to answer.
func TestSignalThatEndsTheProcessIsAnswered(t *testing.T) {
	ctx := deadline(t)
	var group errgroup.Group
	for range 50 {
		s := spec()
		s.Args = []string{payload.PausePath}
		p := start(t, ctx, s)
		group.Go(func() error { return p.Signal(syscall.SIGKILL) })
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}

func TestProcessOneWithoutAHandlerOutlivesTerm(t *testing.T) {
	s := spec()
	s.Args = []string{payload.PausePath}
	p := start(t, deadline(t), s)
	for range 3 {
		if err := p.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	exit, err := p.Wait()
	if expected := (Exit{Code: 137, Signal: syscall.SIGKILL}); err != nil || exit != expected {
		t.Errorf("found %v, %v, expected %v: SIGTERM would be %d", exit, err, expected, syscall.SIGTERM)
	}
}

func TestEndOfContextKillsTheWholeNamespace(t *testing.T) {
	ctx, cancel := context.WithCancel(deadline(t))
	var out output
	s := spec("fork", "ignore-term", "say=ready", "wait")
	s.Stdout = &out
	p := start(t, ctx, s)
	started(t, p, &out)
	cancel()
	exit, err := p.Wait() // Its child holds the output open: this returns only if the child is gone too.
	expected := "following the process in the sandbox: it was killed before it ended by itself (signal: killed)"
	if exit.Signal != syscall.SIGKILL || err == nil || err.Error() != expected {
		t.Errorf("found %v, %v, expected %s", exit, err, expected)
	}
	if _, err := Start(ctx, spec("id")); err == nil || err.Error() != "starting the sandbox: context canceled" {
		t.Errorf("found %v", err)
	}
}

// abandonedName is this executable as a caller that will be killed without a chance to clean up.
const abandonedName = "abandoned"

func abandonedMain() {
	if os.Args[0] != abandonedName {
		return
	}
	s := spec("fork", "ignore-term", "say=ready", "wait")
	s.Root, s.Stdout = os.Args[1], os.Stdout
	p, err := Start(context.Background(), s)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	p.Wait()
}

func TestDeathOfTheCallerKillsTheWholeNamespace(t *testing.T) {
	cmd := exec.CommandContext(deadline(t), self)
	cmd.Args = []string{abandonedName, sharedRoot}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	output := bufio.NewReader(pipe)
	if line, err := output.ReadString('\n'); line != "ready\n" || err != nil {
		t.Errorf("found %q, %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// Every process of the sandbox holds the other end: this returns when all are gone, or fails at the deadline.
	pipe.(interface{ SetReadDeadline(time.Time) error }).SetReadDeadline(time.Now().Add(time.Minute))
	if rest, err := io.ReadAll(output); err != nil || len(rest) > 0 {
		t.Errorf("found %q, %v", rest, err)
	}
	cmd.Wait()
}
