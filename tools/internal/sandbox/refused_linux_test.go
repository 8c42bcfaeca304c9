// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bytes"
	"context"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// noLoader is a program like the given one whose loader is nowhere.
func noLoader(program []byte) []byte {
	const name, base = "/lib/ld-nowhere.so\x00", 64 + 56
	machine := binary.LittleEndian.Uint16(program[18:])
	header := elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_EXEC), Machine: machine, Version: uint32(elf.EV_CURRENT), Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1,
	}
	var file bytes.Buffer
	_ = binary.Write(&file, binary.LittleEndian, header)
	_ = binary.Write(&file, binary.LittleEndian, elf.Prog64{Type: uint32(elf.PT_INTERP), Off: base, Filesz: uint64(len(name)), Memsz: uint64(len(name))})
	file.WriteString(name)
	return file.Bytes()
}

// A test that is refused something starts itself under this name, in a place where the kernel does refuse it.
const refusedName = "refused"

func refusedMain() {
	if os.Args[0] != refusedName {
		return
	}
	if err := refusals[os.Args[1]](); err != nil {
		fmt.Println("provoking:", err)
		os.Exit(1)
	}
	s := spec("id")
	s.Root = os.Args[2]
	s.Stdout = os.Stdout
	p, err := Start(context.Background(), s)
	if err != nil {
		var refusal *Refusal
		fmt.Println(errors.As(err, &refusal), err)
		os.Exit(1)
	}
	p.Wait()
	os.Exit(0)
}

var refusals = map[string]func() error{
	"nothing":   func() error { return nil },
	"limit":     func() error { return os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0) },
	"net limit": func() error { return os.WriteFile("/proc/sys/user/max_net_namespaces", []byte("0"), 0) },
	"masked proc": func() error {
		if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
			return err
		}
		return unix.Mount("tmpfs", "/proc/sys", "tmpfs", 0, "")
	},
	"filtered clone": func() error { return filter(unix.SYS_CLONE, unix.CLONE_NEWUSER) },
	"filtered mount": func() error { return filter(unix.SYS_MOUNT, unix.MS_BIND) },
	"filtered pivot": func() error { return filter(unix.SYS_PIVOT_ROOT, 0) },
}

// filter makes the kernel refuse a system call with EPERM, or only those that have a bit set in the argument that holds flags.
func filter(number, bit uint32) error {
	argument := map[uint32]uint32{unix.SYS_CLONE: 0, unix.SYS_MOUNT: 3}[number]
	const nr, args, refuse = 0, 16, 0x00050000 | uint32(unix.EPERM)
	program := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: nr},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: number, Jf: 3},
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: args + 8*argument},
		{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: bit, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: refuse},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0x7fff0000},
	}
	if bit == 0 {
		program[3] = unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JA | unix.BPF_K, K: 0}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	fprog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	const setModeFilter, everyThread = 1, 1
	if _, _, errno := unix.Syscall(unix.SYS_SECCOMP, setModeFilter, everyThread, uintptr(unsafe.Pointer(&fprog))); errno != 0 {
		return errno
	}
	return nil
}

func TestRefusalNamesTheCallAndTheRemedy(t *testing.T) {
	tests := []struct{ place, text string }{
		{"limit", `true making the sandbox: clone(CLONE_NEWUSER) was refused: ENOSPC (no space left on device): a limit on namespaces is reached: ` +
			`found user.max_user_namespaces=0, `},
		{"net limit", `true making the sandbox: clone(CLONE_NEWNET) was refused: ENOSPC (no space left on device): a limit on namespaces is reached: ` +
			`found user.max_user_namespaces=`},
		{"masked proc", `true making the sandbox: mount("proc", "/proc") was refused: EPERM (operation not permitted): ` +
			`parts of the host's /proc are masked by other mounts, as in a container, and the kernel gives an unmasked /proc only to those who have one: ` +
			`start the outer container with its /proc unmasked (docker run --security-opt systempaths=unconfined, or bubblewrap with --bind /proc /proc)` + "\n"},
		{"filtered clone", `true making the sandbox: clone(CLONE_NEWUSER) was refused: EPERM (operation not permitted): `},
		{"filtered mount", fmt.Sprintf(`true making the sandbox: mount(%q, %q) was refused: EPERM (operation not permitted): `, sharedRoot, sharedRoot)},
		{"filtered pivot", `true making the sandbox: pivot_root(".", ".") was refused: EPERM (operation not permitted): `},
		// The negative twin: in the same place with nothing refused, the sandbox works.
		{"nothing", "uid 65532 gid 65533 pid 1\n"},
	}
	for _, test := range tests {
		t.Run(test.place, func(t *testing.T) {
			var out output
			// Root of a user namespace of its own may lower its limits and mount over its /proc.
			cmd := exec.Cmd{
				Path: self, Args: []string{refusedName, test.place, sharedRoot}, Env: []string{}, Stdout: &out, Stderr: &out,
				SysProcAttr: &syscall.SysProcAttr{
					Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
					UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
					GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
				},
			}
			err := cmd.Run()
			if succeeds := test.place == "nothing"; (err == nil) != succeeds || !strings.HasPrefix(out.String(), test.text) {
				t.Errorf("found %v and\n%s\nexpected\n%s", err, out.String(), test.text)
			}
		})
	}
}
