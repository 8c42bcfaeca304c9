// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// refusedName is this executable as the tool in a place that forbids namespaces.
const refusedName = "refused"

func refusedMain() {
	if os.Args[0] != refusedName {
		return
	}
	if err := os.WriteFile("/proc/sys/user/max_user_namespaces", []byte(os.Args[1]), 0); err != nil {
		panic(err)
	}
	os.Exit(cli.Code("imagetest", run(context.Background(), os.Args[2:], os.Stdout, os.Stderr), os.Stderr))
}

// A machine that cannot run the image must not pass the test, nor skip it.
func TestRefusedNamespacesFailTheTest(t *testing.T) {
	config := object{"image": imageOf(t, v1.Config{}), "checks": []object{
		{"type": "present", "path": "/payload"}, {"type": "command", "args": []string{"id"}}, {"type": "command", "args": []string{"id"}},
	}}
	file := configFile(t, config)
	for _, test := range []struct {
		limit, output string
		code          int
	}{
		{"0", "PASS present /payload (N ms)\nimagetest: checking command with arguments [\"id\"]: making the sandbox: clone(CLONE_NEWUSER) was refused: " +
			"ENOSPC (no space left on device): a limit on namespaces is reached: found user.max_user_namespaces=0, (limits), " +
			"expected each above what is in use: raise it with sysctl\n", 1},
		// The negative twin.
		{"100", "PASS present /payload (N ms)\nPASS command with arguments [\"id\"] (N ms)\nPASS command with arguments [\"id\"] (N ms)\n3 passed, 0 failed\n", 0},
	} {
		var output strings.Builder
		cmd := exec.Cmd{
			Path: "/proc/self/exe", Args: []string{refusedName, test.limit, "--config=" + file}, Env: []string{"TEST_TMPDIR=" + t.TempDir()},
			Stdout: &output, Stderr: &output,
			SysProcAttr: &syscall.SysProcAttr{
				Cloneflags:  syscall.CLONE_NEWUSER,
				UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
				GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
			},
		}
		_ = cmd.Run() // The exit code says it.
		found := times.ReplaceAllString(output.String(), "(N ms)")
		found = otherLimits.ReplaceAllString(found, "=0, (limits), expected")
		if code := cmd.ProcessState.ExitCode(); code != test.code || found != test.output {
			t.Errorf("found code %d and\n%s\nexpected code %d and\n%s", code, found, test.code, test.output)
		}
	}
}

// otherLimits differ from machine to machine.
var otherLimits = regexp.MustCompile(`=0, user\.max_mnt.*, expected`)
