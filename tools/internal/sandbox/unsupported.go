// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"syscall"
)

// Init does nothing: there are no stages here.
func Init() {}

// Process is never made on this system.
type Process struct{}

var errUnsupported = fmt.Errorf("starting the sandbox: found %s, expected Linux: images are run by the kernel's namespaces", runtime.GOOS)

// Start always fails.
func Start(context.Context, Spec) (*Process, error) { return nil, errUnsupported }

// Dial always fails.
func (*Process) Dial(int) (net.Conn, error) { return nil, errUnsupported }

// Signal always fails.
func (*Process) Signal(syscall.Signal) error { return errUnsupported }

// Done is never closed.
func (*Process) Done() <-chan struct{} { return nil }

// Wait always fails.
func (*Process) Wait() (Exit, error) { return Exit{}, errUnsupported }

// Kill does nothing.
func (*Process) Kill() {}

func errnoName(errno syscall.Errno) string { return errors.Join(errno).Error() }
