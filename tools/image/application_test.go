// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci/ocitest"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

// Bases by what they start and where.
var bases = map[string][]string{
	"node":    {"--entrypoint=/opt/bin/node", "--cmd=.", "--workdir=/usr/src/app"},
	"bare":    {"--entrypoint=/opt/bin/node"},
	"started": {"--entrypoint=/opt/bin/node", "--cmd=/srv/main.js", "--workdir=/usr/src/app"},
	"wrapped": {"--entrypoint=docker-entrypoint.sh", "--cmd=node"},
}

func appLayer(t *testing.T) wire.LayerFile {
	t.Helper()
	return ocitest.Layer(t, "//app:app", "usr/src/app/package.json={}", "usr/src/app/index.js=1", "usr/src/app/src/server.js=2")
}

func TestWhatTheImageStarts(t *testing.T) {
	s := newScene(t)
	ocitest.Write(t, s.path("package.json"), `{"scripts": {"start": "node --enable-source-maps 'src/server.js' --port 80"}}`)
	packageJSON := "--package-json=" + s.path("package.json")
	const derived = "--enable-source-maps src/server.js --port 80"
	const absolute = "--enable-source-maps /usr/src/app/src/server.js --port 80"
	layers := s.layers(appLayer(t))
	for name, args := range bases {
		s.mustImage(name, args...)
	}
	for _, test := range []struct{ base, args, want string }{
		{"node", packageJSON, "/opt/bin/node | " + derived},
		{"node", "", "/opt/bin/node | ."},
		{"node", packageJSON + " --cmd=./index.js", "/opt/bin/node | ./index.js"},
		{"node", packageJSON + " --workdir=/usr/src/app/src", "/opt/bin/node | " + absolute},
		{"node", "--workdir=/data", "/opt/bin/node | /usr/src/app"},
		{"node", "--workdir=/usr/src/app/src --cmd=../index.js", "/opt/bin/node | ../index.js"},
		{"node", packageJSON + " --entrypoint=/opt/bin/node --entrypoint=--enable-source-maps", "/opt/bin/node --enable-source-maps | " + derived},
		{"node", packageJSON + " --entrypoint=/opt/bin/node --entrypoint=gone.js", "/opt/bin/node gone.js | "},
		{"node", packageJSON + " --entrypoint=/bin/tool", "/bin/tool | "},
		{"node", packageJSON + " --entrypoint=/bin/tool --cmd=gone.js", "/bin/tool | gone.js"},
		{"bare", packageJSON, "/opt/bin/node | " + absolute},
		{"started", packageJSON, "/opt/bin/node | /srv/main.js"},
		{"started", packageJSON + " --entrypoint=node", "node | " + derived},
		{"started", packageJSON + " --cmd=index", "/opt/bin/node | index"},
		{"wrapped", packageJSON, "docker-entrypoint.sh | node"},
		{"wrapped", packageJSON + " --cmd=node --cmd=gone.js", "docker-entrypoint.sh | node gone.js"},
		{"", packageJSON, " | "},
		{"", packageJSON + " --entrypoint=node", "node | " + absolute},
	} {
		args := append(strings.Fields(test.args), layers, "--app-dir=usr/src/app")
		if test.base != "" {
			args = append(args, "--base="+s.path(test.base))
		}
		s := scene{t, s.ctx, t.TempDir()}
		config := s.mustImage("app", args...).Config.Config
		if got := strings.Join(config.Entrypoint, " ") + " | " + strings.Join(config.Cmd, " "); got != test.want {
			t.Errorf("%q on %s: got %s, want %s", test.args, test.base, got, test.want)
		}
	}
}

func TestRefusesWhatTheImageCannotStart(t *testing.T) {
	s := newScene(t)
	for name, args := range bases {
		s.mustImage(name, args...)
	}
	const none = `no entry point: found neither package.json nor index.js in the image's /usr/src/app; add one to srcs, or set cmd = [...] on the node_app_image`
	const gone = ` (tried also .js, .json, .node and index.js): add it to srcs, or correct cmd on the node_app_image`
	full, empty := s.layers(appLayer(t)), s.layers(ocitest.Layer(t, "//app:app", "usr/src/app/server.js=1"))
	for _, test := range []struct{ base, layers, args, want string }{
		{"node", empty, "", none},
		{"bare", empty, "", none},
		{"started", empty, "--entrypoint=node", none},
		{"started", empty, "", ""},
		{"wrapped", empty, "", ""},
		{"node", full, "--cmd=indx", `cmd "indx": the image has no such file at /usr/src/app/indx` + gone},
		{"node", full, "--cmd=--enable-source-maps --cmd=nope.js", `cmd "nope.js": the image has no such file at /usr/src/app/nope.js` + gone},
		{"node", full, "--cmd=index.js --workdir=/usr/src/app/src", `cmd "index.js": the image has no such file at /usr/src/app/src/index.js` + gone},
		{"node", full, "--cmd=node --cmd=index.js", `cmd "node": the entrypoint "/opt/bin/node" is node already: drop the word from cmd on the node_app_image`},
		{"wrapped", full, "--cmd=node --cmd=nope.js", ""},
	} {
		args := append(strings.Fields(test.args), test.layers, "--base="+s.path(test.base))
		s := scene{t, s.ctx, t.TempDir()}
		got := ""
		if err := s.image("app", append(args, "--app-dir=usr/src/app")...); err != nil {
			got = err.Error()
			nothingWritten(t, s)
		}
		if got != test.want {
			t.Errorf("%q on %s: got error\n%s\nwant\n%s", test.args, test.base, got, test.want)
		}
		// The negative twin: nothing is known of an application that is not named.
		s.mustImage("other", args...)
	}
}

func TestDependenciesAreInTheImage(t *testing.T) {
	s := newScene(t)
	file := s.path("package.json")
	ocitest.Write(t, file, `{"dependencies": {"left-pad": "1", "fsevents": "2"}, "optionalDependencies": {"fsevents": "2"}}`)
	npm, app := ocitest.Layer(t, "//app:npm", "usr/src/app/node_modules/left-pad/index.js=1"), appLayer(t)
	ocitest.Write(t, npm.Listing, "drwxr-xr-x 0:0 - usr/src/app/node_modules/left-pad/\n-rw-r--r-- 0:0 1 usr/src/app/node_modules/left-pad/index.js\n")
	missing := file + ` names left-pad in dependencies, but the lockfile's packages do not include it: run npm install and commit package-lock.json`
	for _, test := range []struct {
		args   []string
		layers []wire.LayerFile
		want   string
	}{
		{[]string{"--npm-packages", "--package-json=" + file}, []wire.LayerFile{npm, app}, ""},
		{[]string{"--npm-packages", "--package-json=" + file}, []wire.LayerFile{app}, missing},
		{[]string{"--npm-packages", "--package-json=" + file, "--cmd=index.js"}, []wire.LayerFile{app}, missing},
		{[]string{"--npm-packages", "--package-json=" + file, "--entrypoint=/x"}, []wire.LayerFile{app}, missing},
		{[]string{"--package-json=" + file}, []wire.LayerFile{app}, ""},
		{[]string{"--npm-packages"}, []wire.LayerFile{app}, ""},
	} {
		s := newScene(t)
		got := ""
		if err := s.image("app", append(test.args, "--entrypoint=node", "--app-dir=usr/src/app", s.layers(test.layers...))...); err != nil {
			got = err.Error()
			nothingWritten(t, s)
		}
		if got != test.want {
			t.Errorf("%q with %d layers: got error\n%s\nwant\n%s", test.args, len(test.layers), got, test.want)
		}
	}
}

func TestApplicationFlagsNeedItsDirectory(t *testing.T) {
	for _, flag := range []string{"--package-json=package.json", "--npm-packages"} {
		name, _, _ := strings.Cut(flag, "=")
		err := newScene(t).image("app", flag)
		if want := name + " needs --app-dir"; err == nil || err.Error() != want || cli.Code("image", err, new(strings.Builder)) != cli.ExitUsage {
			t.Errorf("%s: got error %v, want %s", flag, err, want)
		}
	}
}
