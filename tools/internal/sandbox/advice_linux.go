// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"fmt"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

func errnoName(errno syscall.Errno) string {
	if name := unix.ErrnoName(errno); name != "" {
		return name
	}
	return fmt.Sprintf("errno %d", int(errno))
}

// advice says what to enable so that call is no longer refused with errno.
func advice(call string, errno syscall.Errno) string {
	switch {
	case strings.HasPrefix(call, "clone("):
		return cloneAdvice(errno)
	case strings.HasPrefix(call, `mount("proc"`) && errno == syscall.EPERM:
		return "parts of the host's /proc are masked by other mounts, as in a container, and the kernel gives an unmasked /proc only to those who have one: " +
			"start the outer container with its /proc unmasked (docker run --security-opt systempaths=unconfined, or bubblewrap with --bind /proc /proc)"
	case strings.HasPrefix(call, `mount("/dev/`) && errno == syscall.ENOENT:
		return "the host has no such device: in a sandbox of Bazel's add --sandbox_add_mount_pair=/dev"
	case errno == syscall.EACCES && setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
		return appArmorAdvice
	case errno == syscall.EPERM || errno == syscall.EACCES:
		return "a security module or a seccomp filter forbids this inside a user namespace: " +
			"allow it for the test's process (docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined)"
	default:
		return "the sandbox needs it: run the test where the kernel allows it"
	}
}

const appArmorAdvice = "AppArmor takes the capabilities away from user namespaces: " +
	"sysctl kernel.apparmor_restrict_unprivileged_userns=0, or give the test's program a profile with the userns permission"

// namespaceLimits is what the kernel counts under /proc/sys/user, by the flag of clone(2).
var namespaceLimits = []string{"max_user_namespaces", "max_mnt_namespaces", "max_pid_namespaces", "max_net_namespaces", "max_ipc_namespaces", "max_uts_namespaces"}

func cloneAdvice(errno syscall.Errno) string {
	switch {
	case errno == syscall.ENOSPC:
		var found []string
		for _, name := range namespaceLimits {
			if value := setting("/proc/sys/user/" + name); value != "" {
				found = append(found, "user."+name+"="+value)
			}
		}
		return "a limit on namespaces is reached: found " + strings.Join(found, ", ") + ", expected each above what is in use: raise it with sysctl"
	case setting("/proc/sys/kernel/unprivileged_userns_clone") == "0":
		return "found kernel.unprivileged_userns_clone=0: sysctl kernel.unprivileged_userns_clone=1"
	case setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
		return appArmorAdvice
	case errno == syscall.EINVAL:
		return "the kernel does not know these namespaces: build it with CONFIG_USER_NS, CONFIG_PID_NS, CONFIG_NET_NS, CONFIG_IPC_NS and CONFIG_UTS_NS"
	default:
		return "a seccomp filter (docker run --security-opt seccomp=unconfined), a security module, or a chroot around the test (Bazel's hermetic sandbox makes one) " +
			"forbids namespaces: allow them for the test's process"
	}
}

// setting reads a sysctl; a kernel without it has "".
func setting(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}
