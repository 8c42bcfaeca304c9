// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/rootfs/rootfstest"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func TestCommandCheck(t *testing.T) {
	scenarios := []scenario{
		{
			claim:  "the image's own command, as its user, in its folder, with its environment",
			config: v1.Config{Cmd: []string{"id", "cwd", "env"}, WorkingDir: "/usr/src/app", Env: []string{"NODE_ENV=production", "A=image"}},
			checks: []object{{"type": "command", "stdout": "uid 65532 gid 65533 pid 1\n/usr/src/app\nHOSTNAME=image-test\nHOME=/\nNODE_ENV=production\nA=test\nB=test\nC=check\n",
				"env": object{"C": "check"}}},
			env:    object{"B": "test", "A": "test"},
			report: "PASS command of the image (N ms)\n",
		},
		{
			claim:   "HOME is the user's own",
			entries: []tar.Header{rootfstest.File("etc/passwd", "nonroot:x:65532:65532::/home/nonroot:\n")},
			checks:  []object{{"type": "command", "args": []string{"env"}, "stdout": "HOSTNAME=image-test\nHOME=/home/nonroot\n"}},
			report:  "PASS command with arguments [\"env\"] (N ms)\n",
		},
		{
			claim:   "HOME and HOSTNAME are the image's, the test's, or the check's",
			config:  v1.Config{Env: []string{"HOME=/image", "HOSTNAME=image"}},
			entries: []tar.Header{rootfstest.File("etc/passwd", "nonroot:x:65532:65532::/home/nonroot:\n")},
			checks: []object{
				{"type": "command", "args": []string{"env"}, "stdout": "HOSTNAME=test\nHOME=/image\n"},
				{"type": "command", "args": []string{"env"}, "env": object{"HOME": "/check"}, "stdout": "HOSTNAME=test\nHOME=/check\n"},
			},
			env:    object{"HOSTNAME": "test"},
			report: "PASS command with arguments [\"env\"] (N ms)\nPASS command with arguments [\"env\"] (N ms)\n",
		},
		{
			claim:  "arguments replace the command, an entrypoint replaces both",
			config: v1.Config{Cmd: []string{"say=command"}, Entrypoint: []string{"/payload", "say=entrypoint"}},
			checks: []object{
				{"type": "command", "args": []string{"say=args"}, "stdout": "entrypoint\nargs\n"},
				{"type": "command", "entrypoint": []string{"/payload", "say=own"}, "stdout": "own\n"},
				{"type": "command", "entrypoint": []string{"/payload"}, "args": []string{"say=a"}, "stdout": "a\n"},
				{"type": "command", "stdout": "entrypoint\ncommand\n"},
			},
			report: "PASS command with arguments [\"say=args\"] (N ms)\nPASS command [\"/payload\" \"say=own\"] (N ms)\n" +
				"PASS command [\"/payload\" \"say=a\"] (N ms)\nPASS command of the image (N ms)\n",
		},
		{
			claim: "exit code and output as expected",
			checks: []object{{"type": "command", "args": []string{"say=one two", "stderr=three four", "exit=5"},
				"exit_code": 5, "stdout_contains": []string{"one", "two"}, "stderr_contains": []string{"four"}}},
			report: "PASS command with arguments [\"say=one two\" \"stderr=three four\" \"exit=5\"] (N ms)\n",
		},
		{
			claim: "everything that differs is reported, with the output",
			checks: []object{
				{"type": "command", "args": []string{"say=out", "stderr=err", "exit=5"}, "stdout": "out", "stdout_contains": []string{"x"}, "stderr_contains": []string{"err", "y"}},
				{"type": "command", "args": []string{"say=out"}, "exit_code": 1, "stdout": ""},
			},
			report: `FAIL command with arguments ["say=out" "stderr=err" "exit=5"] (N ms)
     found exit code 5, expected exit code 0
     stdout: found "out\n", expected "out": only the final "\n" is missing in what is expected
     stdout: found no "x", expected it somewhere
     stderr: found no "y", expected it somewhere
     stdout:
     | out
     stderr:
     | err
FAIL command with arguments ["say=out"] (N ms)
     found exit code 0, expected exit code 1
     stdout: found "out\n", expected ""
     stdout:
     | out
     stderr: empty
`,
		},
		{
			claim:   "a command that does not end is killed",
			timeout: 1,
			checks:  []object{{"type": "command", "args": []string{"say=waiting", "wait"}}},
			report: `FAIL command with arguments ["say=waiting" "wait"] (N ms)
     expected an end within 1s, found it running: it was killed
     stdout:
     | waiting
     stderr: empty
`,
		},
		{
			claim:  "a program that is not there",
			checks: []object{{"type": "command", "entrypoint": []string{"/opt/bin/node"}}},
			report: "FAIL command [\"/opt/bin/node\"] (N ms)\n     starting \"/opt/bin/node\" in the image: no such file or directory\n",
		},
		{
			claim:   "only tmpfs is writable, also by way of a symlink of the image",
			entries: []tar.Header{rootfstest.Link(tar.TypeSymlink, "var/run", "/run"), rootfstest.Owned(rootfstest.Dir("open"), 65532, 65533, 0o777)},
			tmpfs:   []string{"/tmp", "/var/run"},
			checks:  []object{{"type": "command", "args": []string{"write=/tmp/a", "write=/run/a", "write=/open/a", "list=/run"}, "stdout": "write=/open/a: open /open/a: read-only file system\na\n"}},
			report:  "PASS command with arguments [\"write=/tmp/a\" \"write=/run/a\" \"write=/open/a\" \"list=/run\"] (N ms)\n",
		},
		{
			claim:   "without tmpfs, nothing is writable",
			entries: []tar.Header{rootfstest.Owned(rootfstest.Dir("tmp"), 0, 0, 0o1777)},
			checks:  []object{{"type": "command", "args": []string{"write=/tmp/a"}, "stdout": "write=/tmp/a: open /tmp/a: read-only file system\n"}},
			report:  "PASS command with arguments [\"write=/tmp/a\"] (N ms)\n",
		},
		{
			claim:   "permissions are those of the image's user",
			entries: []tar.Header{rootfstest.Owned(rootfstest.File("secret", "s\n"), 0, 0, 0o600), rootfstest.Owned(rootfstest.File("mine", "m\n"), 65532, 0, 0o600)},
			checks: []object{
				{"type": "command", "args": []string{"read=/mine", "read=/secret"}, "stdout": "m\nread=/secret: open /secret: permission denied\n"},
			},
			report: "PASS command with arguments [\"read=/mine\" \"read=/secret\"] (N ms)\n",
		},
		{
			claim:   "the negative twin: root may read what it may not",
			config:  v1.Config{User: "root"},
			entries: []tar.Header{rootfstest.Owned(rootfstest.File("secret", "s\n"), 7, 7, 0o600), rootfstest.File("etc/passwd", "root:x:0:0::/:\n")},
			checks:  []object{{"type": "command", "args": []string{"id", "read=/secret"}, "stdout": "uid 0 gid 0 pid 1\ns\n"}},
			report:  "PASS command with arguments [\"id\" \"read=/secret\"] (N ms)\n",
		},
		{
			claim:   "localhost has an address, whatever the image's /etc/hosts says",
			entries: []tar.Header{rootfstest.File("etc/hosts", "192.0.2.1 localhost\n")},
			checks:  []object{{"type": "command", "args": []string{"read=/etc/hosts", "read=/etc/hostname"}, "stdout": "127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.0.1\timage-test\nimage-test\n"}},
			report:  "PASS command with arguments [\"read=/etc/hosts\" \"read=/etc/hostname\"] (N ms)\n",
		},
	}
	for _, s := range scenarios {
		t.Run(s.claim, s.run)
	}
}
