// SPDX-License-Identifier: Apache-2.0

package entrypoint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestIsNode(t *testing.T) {
	for entrypoint, want := range map[string]bool{
		"":                                      false,
		"node":                                  true,
		"/opt/bin/node":                         true,
		"/opt/bin/node --enable-source-maps":    true,
		"/opt/bin/node -r ./trace.js":           true,
		"/opt/bin/node server.js":               false,
		"/opt/bin/node -r ./trace.js server.js": false,
		"/opt/bin/node --test":                  false,
		"/opt/bin/nodejs":                       false,
		"/sbin/tini node":                       false,
	} {
		if got := IsNode(strings.Fields(entrypoint)); got != want {
			t.Errorf("%s: got %v, want %v", entrypoint, got, want)
		}
	}
}

func TestChecksExplicitCommands(t *testing.T) {
	tree := listing(t, "a.js", "dir/b.ts", "lib/index.js", "tool/package.json", "bin/run", "-a.js", ".bin/x -> ../bin/run")
	const node, mapped, preload = "/opt/bin/node", "/opt/bin/node --enable-source-maps", "/opt/bin/node -r"
	gone := func(word, at string) string {
		return `cmd "` + word + `": the image has no such file at /usr/src/app/` + at + ` (tried also .js, .json, .node and index.js): add it to srcs, or correct cmd on the node_app_image`
	}
	for _, test := range []struct{ entrypoint, workdir, cmd, want string }{
		{node, "/usr/src/app", "", ""},
		{node, "/usr/src/app", "a.js", ""},
		{node, "/usr/src/app", "a", ""},
		{node, "/usr/src/app", "./a.js gone.js", ""},
		{node, "/usr/src/app", "dir/b.ts", ""},
		{node, "/usr/src/app", "lib", ""},
		{node, "/usr/src/app", "./tool/", ""},
		{node, "/usr/src/app", ".bin/x", ""},
		{node, "/usr/src/app", "/usr/src/app/bin/run", ""},
		{node, "/usr/src/app", "--enable-source-maps -r ./gone.js --env-file .env a.js", ""},
		{node, "/usr/src/app", "--inspect-port 9999 --max-old-space-size=100 --title gone.js a", ""},
		{node, "/usr/src/app", "--test-reporter spec --test gone", ""},
		{node, "/usr/src/app", "-- -a.js", ""},
		{node, "/usr/src/app/lib", "../a.js", ""},
		{node, "/usr/src/app/lib", "../tool", ""},
		{node, "/", "usr/src/app/a.js", ""},
		{node, "", "usr/src/app/a.js", ""},
		{mapped, "/usr/src/app", "a.js", ""},
		{preload, "/usr/src/app", "gone.js a.js", ""},
		// Not the application's.
		{node, "/usr/src/app", "/opt/gone.js", ""},
		{node, "/usr/src/app", "../gone.js", ""},
		{node, "/usr/src/app", ".", ""},
		{node, "/data", "gone.js", ""},
		{node, "/usr/src/application", "gone.js", ""},
		// No script.
		{node, "/usr/src/app", "-e 1 gone.js", ""},
		{node, "/usr/src/app", "--eval=1 gone.js", ""},
		{node, "/usr/src/app", "-p 1", ""},
		{node, "/usr/src/app", "--print gone", ""},
		{node, "/usr/src/app", "--version", ""},
		{node, "/usr/src/app", "-v", ""},
		{node, "/usr/src/app", "--help", ""},
		{node, "/usr/src/app", "--test gone", ""},
		{node, "/usr/src/app", "--run gone", ""},
		{node, "/usr/src/app", "- gone.js", ""},
		{node, "/usr/src/app", "--enable-source-maps", ""},

		{node, "/usr/src/app", "indx", gone("indx", "indx")},
		{node, "/usr/src/app", "gone.mjs", gone("gone.mjs", "gone.mjs")},
		{node, "/usr/src/app", "./dir", gone("./dir", "dir")},
		{node, "/usr/src/app", "--enable-source-maps nope.js", gone("nope.js", "nope.js")},
		{node, "/usr/src/app", "--env-file a.js nope.js", gone("nope.js", "nope.js")},
		{node, "/usr/src/app", "/usr/src/app/nope.js", gone("/usr/src/app/nope.js", "nope.js")},
		{node, "/usr/src/app/lib", "a.js", gone("a.js", "lib/a.js")},
		{node, "/usr/src/app/lib", "../nope.js", gone("../nope.js", "nope.js")},
		{node, "/usr/src", "app/nope.js", gone("app/nope.js", "nope.js")},
		{mapped, "/usr/src/app", "nope.js", gone("nope.js", "nope.js")},
		{preload, "/usr/src/app", "a.js nope.js", gone("nope.js", "nope.js")},
		{node, "/usr/src/app", "node a.js", `cmd "node": the entrypoint "/opt/bin/node" is node already: drop the word from cmd on the node_app_image`},
	} {
		err := App{tree, appDir, test.workdir}.Check(strings.Fields(test.entrypoint), strings.Fields(test.cmd))
		if got := message(err); got != test.want {
			t.Errorf("%s %s in %s: got error\n%s\nwant\n%s", test.entrypoint, test.cmd, test.workdir, got, test.want)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestDependenciesMustBeInstalled(t *testing.T) {
	var many, names []string
	for n := range 12 {
		many = append(many, fmt.Sprintf("%q: \"1\"", fmt.Sprintf("p%02d", n)))
		names = append(names, fmt.Sprintf("p%02d", n))
	}
	const end = " in dependencies, but the lockfile's packages do not include "
	const todo = ": run npm install and commit package-lock.json"
	for _, test := range []struct{ name, packageJSON, tree, want string }{
		{"nothing", `{}`, "", ""},
		{"null", `{"dependencies": null}`, "", ""},
		{"there", `{"dependencies": {"a": "1", "@s/b": "1"}}`, "node_modules/a/|node_modules/@s/b/", ""},
		{"link", `{"dependencies": {"a": "file:../a"}}`, "node_modules/a -> ../gone", ""},
		{"linked folder", `{"dependencies": {"a": "1"}}`, "node_modules -> lib|lib/a/", ""},
		{"optional", `{"dependencies": {"a": "1"}, "optionalDependencies": {"a": "1", "b": "1"}}`, "", ""},
		{"of development", `{"devDependencies": {"a": "1"}, "peerDependencies": {"b": "1"}}`, "", ""},
		{"one", `{"dependencies": {"left-pad": "1", "a": "1"}}`, "node_modules/a/", "package.json names left-pad" + end + "it" + todo},
		{"a file", `{"dependencies": {"a": "1"}}`, "node_modules/a", "package.json names a" + end + "it" + todo},
		{"nested", `{"dependencies": {"a": "1"}}`, "node_modules/b/node_modules/a/", "package.json names a" + end + "it" + todo},
		{"two", `{"dependencies": {"b": "1", "a": "1"}}`, "", "package.json names a, b" + end + "them" + todo},
		{"scope", `{"dependencies": {"@s/b": "1"}}`, "node_modules/@s/|node_modules/b/", "package.json names @s/b" + end + "it" + todo},
		{"ten", `{"dependencies": {` + strings.Join(many[:10], ", ") + `}}`, "", "package.json names " + strings.Join(names[:10], ", ") + end + "them" + todo},
		{"twelve", `{"dependencies": {` + strings.Join(many, ", ") + `}}`, "", "package.json names " + strings.Join(names[:10], ", ") + " and 2 more" + end + "them" + todo},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := ReadManifest(write(t, "package.json", test.packageJSON))
			if err != nil {
				t.Fatal(err)
			}
			m.File = "package.json"
			tree := listing(t, strings.FieldsFunc(test.tree, func(r rune) bool { return r == '|' })...)
			if got := message(inApp(tree).CheckInstalled(m)); got != test.want {
				t.Errorf("got error\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestDerivedCommandsAreRightInAnyWorkdir(t *testing.T) {
	files := []string{"package.json", "index.js", "src/server.js", "trace.js"}
	for _, test := range []struct {
		packageJSON, workdir string
		want                 []string
	}{
		{`{"main": "src/server.js"}`, "/usr/src/app", []string{"."}},
		{`{"main": "src/server.js"}`, "/usr/src/app/src", []string{"/usr/src/app"}},
		{`{"main": "src/server.js"}`, "/usr/src", []string{"/usr/src/app"}},
		{`{"main": "src/server.js"}`, "", []string{"/usr/src/app"}},
		{``, "/usr/src/app", []string{"."}},
		{``, "/data", []string{"/usr/src/app"}},
		{`{"bin": "./src/server.js"}`, "/data", []string{"/usr/src/app/src/server.js"}},
		{`{"scripts": {"start": "node src/server.js src/server.js"}}`, "/usr/src/app/", []string{"src/server.js", "src/server.js"}},
		{`{"scripts": {"start": "node src/server.js src/server.js"}}`, "/data", []string{"/usr/src/app/src/server.js", "src/server.js"}},
		{`{"scripts": {"start": "node /usr/src/app/index.js"}}`, "/data", []string{"/usr/src/app/index.js"}},
		{`{"scripts": {"start": "node --title ./x -r ./trace.js --import=./trace.js --import=data:, --env-file=.env --env-file a --flag=./b src/server"}}`, "/data",
			[]string{"--title", "./x", "-r", "/usr/src/app/trace.js", "--import=/usr/src/app/trace.js", "--import=data:,", "--env-file=/usr/src/app/.env",
				"--env-file", "/usr/src/app/a", "--flag=./b", "/usr/src/app/src/server"}},
		{`{"scripts": {"start": "node -r dotenv/config index"}}`, "/usr/src/app/src", []string{"-r", "dotenv/config", "/usr/src/app/index"}},
		{`{"scripts": {"start": "node --test src"}}`, "/data", []string{"--test", "src"}},
	} {
		var manifest *Manifest
		if test.packageJSON != "" {
			m, err := ReadManifest(write(t, "package.json", test.packageJSON))
			if err != nil {
				t.Fatal(err)
			}
			manifest = &m
		}
		got, err := App{listing(t, files...), appDir, test.workdir}.Derive(manifest)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s in %s: got %q, %v, want %q", test.packageJSON, test.workdir, got, err, test.want)
		}
	}
}

func TestRefusesPackagesThatNodeWouldNotFind(t *testing.T) {
	m := Manifest{File: "package.json", Start: "node -r dotenv/config index.js", started: true}
	_, err := App{listing(t, "index.js"), appDir, "/data"}.Derive(&m)
	want := `package.json: scripts.start names the package "dotenv/config", which node looks up from the working directory /data and not from /usr/src/app: ` +
		`set cmd = [...] on the node_app_image, or leave workdir out`
	if got := message(err); got != want {
		t.Errorf("got error\n%s\nwant\n%s", got, want)
	}
}

func TestWithoutPackageJSONNodeNeedsAnIndex(t *testing.T) {
	const none = `no entry point: found neither package.json nor index.js in the image's /usr/src/app; add one to srcs, or set cmd = [...] on the node_app_image`
	for files, want := range map[string]string{
		"index.js": "", "index.json": "", "package.json": "",
		"": none, "server.js": none, "index.mjs": none, "lib/index.js": none, "index/": none,
	} {
		if _, err := inApp(listing(t, strings.Fields(files)...)).Derive(nil); message(err) != want {
			t.Errorf("%s: got error\n%s\nwant\n%s", files, message(err), want)
		}
	}
}
