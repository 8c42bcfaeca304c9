// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// devices of the host that every container has; all are open to everybody.
// https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md: "Default Devices"
var devices = []string{"null", "zero", "full", "random", "urandom", "tty"}

// deviceLinks as the same document asks for.
var deviceLinks = map[string]string{"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"}

// readOnlyProc are the parts of /proc that change the machine. Where the test runs as the host's root, the process in the sandbox
// owns them, and the kernel asks for no capability then.
var readOnlyProc = []string{"bus", "fs", "irq", "sys", "sysrq-trigger"}

const safe = unix.MS_NOSUID | unix.MS_NODEV

// mountRoot makes the root a read-only mount and mounts /dev and the writable places below it.
func mountRoot(spec Spec) *fault {
	if f := mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); f != nil {
		return f
	}
	if f := bind(spec.Root, spec.Root); f != nil {
		return f
	}
	if f := mountDev(filepath.Join(spec.Root, "dev")); f != nil {
		return f
	}
	for _, path := range spec.Tmpfs {
		if f := mount("tmpfs", filepath.Join(spec.Root, path), "tmpfs", safe, "mode=1777"); f != nil {
			return f
		}
	}
	return remountReadOnly(spec.Root, safe)
}

func mountDev(dev string) *fault {
	if f := mount("tmpfs", dev, "tmpfs", safe|unix.MS_NOEXEC, "mode=0755"); f != nil {
		return f
	}
	for _, name := range devices {
		if f := bindDevice("/dev/"+name, filepath.Join(dev, name)); f != nil {
			return f
		}
	}
	for name, target := range deviceLinks {
		if f := refused(os.Symlink(target, filepath.Join(dev, name)), fmt.Sprintf("symlink(%q, %q)", target, name)); f != nil {
			return f
		}
	}
	shm := filepath.Join(dev, "shm")
	if f := refused(os.Mkdir(shm, 0o755), fmt.Sprintf("mkdir(%q)", shm)); f != nil {
		return f
	}
	if f := mount("tmpfs", shm, "tmpfs", safe|unix.MS_NOEXEC, "mode=1777"); f != nil {
		return f
	}
	return remountReadOnly(dev, safe|unix.MS_NOEXEC)
}

func bindDevice(source, target string) *fault {
	// A machine without terminals has no tty; engines do not mind.
	if _, err := os.Stat(source); errors.Is(err, fs.ErrNotExist) && filepath.Base(source) == "tty" {
		return nil
	}
	if err := os.WriteFile(target, nil, 0o666); err != nil {
		return refused(err, fmt.Sprintf("open(%q)", target))
	}
	return bind(source, target)
}

// mountProc mounts the pid namespace's own /proc and closes the parts that reach beyond it.
func mountProc(root string) *fault {
	proc := filepath.Join(root, "proc")
	if err := unix.Mount("proc", proc, "proc", safe|unix.MS_NOEXEC, ""); err != nil {
		return refused(err, `mount("proc", "/proc")`)
	}
	for _, name := range readOnlyProc {
		path := filepath.Join(proc, name)
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if f := bind(path, path); f != nil {
			return f
		}
		if f := remountReadOnly(path, safe|unix.MS_NOEXEC); f != nil {
			return f
		}
	}
	return nil
}

// pivot makes root the process's "/" and lets go of the host's.
func pivot(root string) *fault {
	if f := refused(unix.Chdir(root), fmt.Sprintf("chdir(%q)", root)); f != nil {
		return f
	}
	// With both arguments ".", the old root is stacked on the new one (pivot_root(2), NOTES).
	if f := refused(unix.PivotRoot(".", "."), `pivot_root(".", ".")`); f != nil {
		return f
	}
	return refused(unix.Unmount(".", unix.MNT_DETACH), `umount2(".", MNT_DETACH)`)
}

func mount(source, target, kind string, flags uintptr, data string) *fault {
	return refused(unix.Mount(source, target, kind, flags, data), fmt.Sprintf("mount(%q, %q)", source, target))
}

func bind(source, target string) *fault {
	return mount(source, target, "", unix.MS_BIND|unix.MS_REC, "")
}

// remountReadOnly adds flags and read-only to a mount. Flags that it has from the host must be repeated: a user namespace may not
// take them away (mount_namespaces(7)).
func remountReadOnly(target string, flags uintptr) *fault {
	var stat unix.Statfs_t
	if err := unix.Statfs(target, &stat); err != nil {
		return refused(err, fmt.Sprintf("statfs(%q)", target))
	}
	// The ST_ flags that statfs reports for these three equal the MS_ ones.
	kept := uintptr(stat.Flags) & (unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC)
	return mount("", target, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY|flags|kept, "")
}
