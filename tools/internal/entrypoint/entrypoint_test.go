// SPDX-License-Identifier: Apache-2.0

package entrypoint

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const appDir = "usr/src/app"

// listing makes a tree of what is below the application's directory; "a -> b" is a link, "a/" a directory.
func listing(t *testing.T, names ...string) Tree {
	t.Helper()
	var text strings.Builder
	for _, name := range names {
		attributes := "-rw-r--r-- 0:0 1 "
		switch {
		case strings.Contains(name, " -> "):
			attributes = "lrwxrwxrwx 0:0 - "
		case strings.HasSuffix(name, "/"):
			attributes = "drwxr-xr-x 0:0 - "
		}
		text.WriteString(attributes + appDir + "/" + name + "\n")
	}
	tree, err := ReadTree([]string{write(t, "listing", text.String())})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// inApp is an application whose directory is the working directory.
func inApp(tree Tree) App { return App{Tree: tree, Dir: appDir, Workdir: "/" + appDir} }

func derive(t *testing.T, packageJSON string, files ...string) ([]string, error) {
	t.Helper()
	m, err := ReadManifest(write(t, "package.json", packageJSON))
	if err != nil {
		return nil, err
	}
	m.File = "package.json"
	return inApp(listing(t, append(files, "package.json")...)).Derive(&m)
}

func TestDerives(t *testing.T) {
	for _, test := range []struct {
		packageJSON string
		files       string
		want        []string
	}{
		{`{"scripts": {"start": "node server.js"}}`, "server.js", []string{"server.js"}},
		{`{"scripts": {"start": "node server"}, "main": "other.js"}`, "server.js", []string{"server"}},
		{`{"scripts": {"start": "node ."}, "main": "dist/app"}`, "dist/app.js", []string{"."}},
		{`{"scripts": {"start": "node ."}}`, "index.js", []string{"."}},
		{`{"scripts": {"start": "node ./dist"}}`, "dist/index.js", []string{"./dist"}},
		{`{"scripts": {"start": "node packages/api"}}`, "packages/api/package.json", []string{"packages/api"}},
		{`{"scripts": {"start": "node /usr/src/app/a.mjs"}}`, "a.mjs", []string{"/usr/src/app/a.mjs"}},
		{`{"scripts": {"start": "node --enable-source-maps -r ./trace.js --import=pkg a.js -x 'two words' \"it's & |\""}}`, "a.js trace.js",
			[]string{"--enable-source-maps", "-r", "./trace.js", "--import=pkg", "a.js", "-x", "two words", "it's & |"}},
		{`{"scripts": {"start": "node --env-file .env a.js --require ./gone.js"}}`, "a.js", []string{"--env-file", ".env", "a.js", "--require", "./gone.js"}},
		{`{"scripts": {"start": "node -e 'require(1)'"}}`, "", []string{"-e", "require(1)"}},
		{`{"scripts": {"start": "node -- -a.js"}}`, "-a.js", []string{"--", "-a.js"}},
		{`{"scripts": {"test": "x"}, "main": "./lib"}`, "lib/index.js", []string{"."}},
		{`{"main": "lib", "type": "module"}`, "lib.js", []string{"."}},
		{`{"main": "addon"}`, "addon.node", []string{"."}},
		{`{"main": "linked/a.js"}`, "real/a.js|linked -> real", []string{"."}},
		{`{"main": "a.js"}`, "b.js|a.js -> /usr/src/app/b.js", []string{"."}},
		{`{"name": "@team/tool", "bin": "cli.js"}`, "cli.js", []string{"cli.js"}},
		{`{"name": "tool", "bin": {"x": "./x.js"}}`, "x.js", []string{"./x.js"}},
		{`{"name": "@team/tool", "bin": {"x": "x.js", "tool": "t.js"}}`, "t.js", []string{"t.js"}},
		{"\xef\xbb\xbf{}", "index.js", []string{"."}},
	} {
		files := strings.FieldsFunc(test.files, func(r rune) bool { return r == '|' })
		if !strings.Contains(test.files, "|") {
			files = strings.Fields(test.files)
		}
		got, err := derive(t, test.packageJSON, files...)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s with %s: got %q, %v; want %q", test.packageJSON, test.files, got, err, test.want)
		}
	}
}

func TestRefusesScriptsThatNeedAShell(t *testing.T) {
	for script, want := range map[string]string{
		"":                           `it is empty, expected node [options] <file> [arguments]`,
		"npm run build":              `it starts "npm", expected node [options] <file> [arguments]`,
		"npx tsx a.ts":               `it starts "npx", expected node [options] <file> [arguments]`,
		"ts-node a.ts":               `it starts "ts-node", expected node [options] <file> [arguments]`,
		"nodemon a.js":               `it starts "nodemon", expected node [options] <file> [arguments]`,
		"next start":                 `it starts "next", expected node [options] <file> [arguments]`,
		"NODE_ENV=production node a": `it sets the variable "NODE_ENV=production"`,
		"node a.js && echo":          `it needs a shell for an operator, "&"`,
		"node a.js | cat":            `it needs a shell for an operator, "|"`,
		"node a.js; b":               `it needs a shell for an operator, ";"`,
		"node a.js > log":            `it needs a shell for a redirection, ">"`,
		"node a.js < in":             `it needs a shell for a redirection, "<"`,
		"node $MAIN":                 `it needs a shell for a variable, "$"`,
		`node "$MAIN"`:               `it needs a shell for a variable, "$"`,
		"node `which a`":             "it needs a shell for a command substitution, \"`\"",
		"(node a.js)":                `it needs a shell for a subshell, "("`,
		"node *.js":                  `it needs a shell for a glob, "*"`,
		"node {a,b}.js":              `it needs a shell for a brace expansion, "{"`,
		"node ~/a.js":                `it needs a shell for a home directory, "~"`,
		`node a\ b.js`:               `it needs a shell for an escape, "\\"`,
		"node 'a.js":                 `a quote "'" is not closed`,
		"node --inspect":             `it names no file, and node would wait for one on its standard input`,
		"node -":                     `it names no file, and node would wait for one on its standard input`,
	} {
		m := Manifest{File: "app/package.json", Start: script, started: true}
		_, err := inApp(listing(t, "a.js")).Derive(&m)
		want := `app/package.json: scripts.start is ` + quoted(script) + `: ` + want + `; the image has no shell and no npm: set cmd = ["<file>", ...] (and env) on the node_app_image`
		if err == nil || err.Error() != want {
			t.Errorf("%q: got error\n%v\nwant\n%s", script, err, want)
		}
	}
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func TestRefusesWhatIsNotInTheImage(t *testing.T) {
	const gone = `, but the image has no such file at /usr/src/app/gone (tried also .js, .json, .node and index.js): add it to srcs, or set cmd on the node_app_image`
	for _, test := range []struct{ packageJSON, want string }{
		{`{"scripts": {"start": "node gone"}}`, `package.json: scripts.start names "gone"` + gone},
		{`{"scripts": {"start": "node -r ./gone a.js"}}`, `package.json: scripts.start names "./gone"` + gone},
		{`{"main": "./gone"}`, `package.json: main names "./gone"` + gone},
		{`{"bin": "gone"}`, `package.json: bin names "gone"` + gone},
		{`{"name": "c", "bin": {"b": "b.js", "a": "a.js"}}`, `package.json: bin has several commands (a, b) and none is named like the package "c": set cmd = ["<file>"] on the node_app_image`},
		{`{}`, `package.json has no scripts.start, main or bin, and the image has no /usr/src/app/index.js: expected one of them; add the file to srcs, or set cmd = ["<file>"] on the node_app_image`},
	} {
		_, err := derive(t, test.packageJSON, "a.js")
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: got error\n%v\nwant\n%s", test.packageJSON, err, test.want)
		}
	}
}

func TestMainNeedsPackageJSONInTheImage(t *testing.T) {
	_, err := inApp(listing(t, "a.js")).Derive(&Manifest{File: "package.json", Main: "a.js"})
	want := `package.json: main is "a.js", but the image has no /usr/src/app/package.json in which node would look it up: add package.json to srcs`
	if err == nil || err.Error() != want {
		t.Errorf("got error\n%v\nwant\n%s", err, want)
	}
}

func TestRefusesMalformedPackageJSON(t *testing.T) {
	for content, want := range map[string]string{
		`{`:             `unexpected end of JSON input`,
		`{"main": 1}`:   `json: cannot unmarshal number into Go struct field .Main of type string`,
		`{"bin": [1]}`:  `bin [1]: expected a file name, or an object of command names and file names`,
		`{"bin": "a",}`: `invalid character '}' looking for beginning of object key string`,
	} {
		path := write(t, "package.json", content)
		want := `parsing "` + path + `": ` + want
		if _, err := ReadManifest(path); err == nil || err.Error() != want {
			t.Errorf("%s: got error\n%v\nwant\n%s", content, err, want)
		}
	}
}

func TestUpperLayerWins(t *testing.T) {
	lower := write(t, "lower", "-rw-r--r-- 0:0 1 a\nlrwxrwxrwx 0:0 - b -> a\nlrwxrwxrwx 0:0 - loop -> loop\n")
	upper := write(t, "upper", "lrwxrwxrwx 0:0 - a -> nowhere\n-rw-r--r-- 0:0 1 c\n")
	tree, err := ReadTree([]string{lower, upper})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"a": false, "b": false, "c": true, "loop": false, "": false} {
		if got := tree.file(name); got != want {
			t.Errorf("file(%q) is %v, want %v", name, got, want)
		}
	}
}

func TestReadsEscapedNames(t *testing.T) {
	if err := inApp(listing(t, `my\040app.js`)).Check([]string{"node"}, []string{"my app.js"}); err != nil {
		t.Error(err)
	}
}
