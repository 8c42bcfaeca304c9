// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/rootfs/rootfstest"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func TestPresentAndAbsentChecks(t *testing.T) {
	entries := []tar.Header{
		rootfstest.Owned(rootfstest.File("opt/bin/node", ""), 0, 0, 0o755),
		rootfstest.Owned(rootfstest.File("usr/bin/sh", ""), 0, 0, 0o4755),
		rootfstest.Link(tar.TypeSymlink, "bin", "usr/bin"),
		rootfstest.Link(tar.TypeSymlink, "usr/bin/npm", "nowhere"),
	}
	scenario{
		entries: entries,
		checks: []object{
			{"type": "present", "path": "/opt/bin/node"},
			{"type": "present", "path": "/opt/bin/node", "mode": "0755"},
			{"type": "present", "path": "/bin/sh", "mode": "4755"},
			{"type": "absent", "path": "/opt/bin/sh"},
			{"type": "absent", "path": "**/bash"},
			// The mount points and files that a container has anyway are not the image's.
			{"type": "absent", "path": "/proc"},
			{"type": "absent", "path": "/etc/hosts"},
		},
		report: "PASS present /opt/bin/node (N ms)\nPASS present /opt/bin/node (N ms)\nPASS present /bin/sh (N ms)\n" +
			"PASS absent /opt/bin/sh (N ms)\nPASS absent **/bash (N ms)\nPASS absent /proc (N ms)\nPASS absent /etc/hosts (N ms)\n",
	}.run(t)
	scenario{
		entries: entries,
		checks: []object{
			{"type": "present", "path": "/opt/bin/npm"},
			{"type": "present", "path": "/usr/bin/npm"},
			{"type": "present", "path": "/opt/bin/node", "mode": "0555"},
			{"type": "absent", "path": "/bin/sh"},
			{"type": "absent", "path": "**/*[pm"},
			{"type": "absent", "path": "**/?pm"},
			{"type": "absent", "path": "/bin"},
			{"type": "absent", "path": "/opt/**"},
		},
		report: `FAIL present /opt/bin/npm (N ms)
     looking up "/opt/bin/npm": there is no "/opt/bin/npm": file does not exist
FAIL present /usr/bin/npm (N ms)
     looking up "/usr/bin/npm": there is no "/usr/bin/nowhere": file does not exist
FAIL present /opt/bin/node (N ms)
     mode of the file "/opt/bin/node": found 0755, expected 0555
FAIL absent /bin/sh (N ms)
     found the file "/usr/bin/sh", expected nothing there
PASS absent **/*[pm (N ms)
FAIL absent **/?pm (N ms)
     found the symlink "/usr/bin/npm", expected nothing there
FAIL absent /bin (N ms)
     found the symlink "/bin", expected nothing there
FAIL absent /opt/** (N ms)
     found the dir "/opt/bin", expected nothing there
     found the file "/opt/bin/node", expected nothing there
`,
	}.run(t)
}

func TestAbsentCheckListsABoundedNumber(t *testing.T) {
	var entries []tar.Header
	report := "FAIL absent /many/* (N ms)\n"
	for letter := 'a'; letter <= 'z'; letter++ {
		entries = append(entries, rootfstest.File("many/"+string(letter), ""))
		if letter < 'a'+maxListed {
			report += "     found the file \"/many/" + string(letter) + "\", expected nothing there\n"
		}
	}
	scenario{entries: entries, checks: []object{{"type": "absent", "path": "/many/*"}}, report: report + "     and 6 more\n"}.run(t)
}

func TestConfigCheck(t *testing.T) {
	config := v1.Config{
		User: "65532", Entrypoint: []string{"/opt/bin/node"}, Cmd: []string{"."}, WorkingDir: "/usr/src/app",
		Env: []string{"NODE_ENV=production", "PATH=/opt/bin"}, Labels: map[string]string{"a": "b"},
	}
	scenario{
		config: config,
		checks: []object{
			{"type": "config", "user": "65532", "entrypoint": []string{"/opt/bin/node"}, "cmd": []string{"."}, "workdir": "/usr/src/app",
				"env": object{"NODE_ENV": "production"}, "labels": object{"a": "b"}},
			{"type": "config", "user": "0", "entrypoint": []string{"node"}, "cmd": []string{}, "workdir": "/", "env": object{"NODE_ENV": "x", "NO": "y"}, "labels": object{"c": "d"}},
		},
		report: `PASS config (N ms)
FAIL config (N ms)
     user: found "65532", expected "0"
     entrypoint: found ["/opt/bin/node"], expected ["node"]
     cmd: found ["."], expected []
     workdir: found "/usr/src/app", expected "/"
     env "NO": found none, expected "y"
     env "NODE_ENV": found "production", expected "x"
     label "c": found none, expected "d"
`,
	}.run(t)
}
