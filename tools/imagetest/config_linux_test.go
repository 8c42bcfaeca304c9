// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/rootfs/rootfstest"
	"github.com/rules-node-image/rules_node_image/tools/internal/runconfig"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func pathOf(dir string) runconfig.Path { return runconfig.Path(dir) }

func TestRefusedConfigurations(t *testing.T) {
	ok := object{"type": "present", "path": "/x"}
	with := func(key string, value any) object {
		return object{"image": "/nowhere", "checks": []object{ok}, key: value}
	}
	check := func(c object) object { return with("checks", []object{ok, c}) }
	tests := []struct {
		config object
		text   string
	}{
		{with("checks", []object{}), `checks: found none, expected at least one such as check.http("/", 8080): a test that checks nothing cannot fail`},
		{with("image", ""), `image: found none, expected an OCI layout directory`},
		{with("timeout_seconds", -1), `timeout_seconds: found -1, expected a positive number`},
		{with("tmpfs", []string{"tmp"}), `tmpfs: found "tmp", expected an absolute path below the root`},
		{with("tmpfs", []string{"/"}), `tmpfs: found "/", expected an absolute path below the root`},
		{with("tmpfs", []string{"/a/b", "/a"}), `tmpfs: found "/a" beside "/a/b", expected places of which none holds another`},
		{with("tmpfs", []string{"/dev/shm"}), `tmpfs: found "/dev/shm" beside "/dev", expected places of which none holds another`},
		{check(object{"type": "htpp"}), `checks[1]: type: found "htpp", expected one of ["absent" "command" "config" "http" "present" "signal"]`},
		{check(object{}), `checks[1]: type: found "", expected one of ["absent" "command" "config" "http" "present" "signal"]`},
		{check(object{"type": "http", "port": 80, "path": "/", "stauts": 200}), `checks[1]: http: json: unknown field "stauts"`},
		{check(object{"type": "http", "path": "/"}), `checks[1]: http: port: found 0, expected 1 to 65535`},
		{check(object{"type": "http", "port": 80, "path": "x"}), `checks[1]: http: path: found "x", expected one that starts with "/"`},
		{check(object{"type": "http", "port": 80, "path": "/", "status": 20}), `checks[1]: http: status: found 20, expected 100 to 599`},
		{check(object{"type": "http", "port": 80, "path": "/", "method": "G T"}), `checks[1]: http: net/http: invalid method "G T"`},
		{check(object{"type": "command", "exit_code": 256}), `checks[1]: command: exit_code: found 256, expected 0 to 255`},
		{check(object{"type": "signal", "signal": "TERM"}), `checks[1]: signal: signal: found "TERM", expected a name such as "SIGTERM"`},
		{check(object{"type": "signal", "within_ms": -1}), `checks[1]: signal: within_ms: found -1, expected a positive number`},
		{check(object{"type": "signal", "port": 70000}), `checks[1]: signal: port: found 70000, expected 1 to 65535`},
		{check(object{"type": "signal"}), `checks[1]: signal: found no sign that the program is up and can be signalled: add an http check, or set port or after_output`},
		{check(object{"type": "present", "path": "x"}), `checks[1]: present: path: found "x", expected one that starts with "/"`},
		{check(object{"type": "present", "path": "/x", "mode": "rwx"}), `checks[1]: present: mode: found "rwx", expected an octal number such as "0755"`},
		{check(object{"type": "absent", "path": "sh"}), `checks[1]: absent: reading pattern "sh": found a relative path, expected one that starts with "/" or "**/"`},
		{check(object{"type": "config"}), `checks[1]: config: found no field, expected at least one of user, entrypoint, cmd, workdir, env, labels`},
	}
	for _, test := range tests {
		file := configFile(t, test.config)
		var stdout, stderr strings.Builder
		err := run(t.Context(), []string{"--config=" + file}, &stdout, &stderr)
		if expected := fmt.Sprintf("reading %q: %s", file, test.text); err == nil || err.Error() != expected {
			t.Errorf("found    %v\nexpected %s", err, expected)
		}
		if stdout.Len() > 0 {
			t.Errorf("found a report: %s", stdout.String())
		}
	}
}

func TestRefusedImages(t *testing.T) {
	checks := []object{{"type": "present", "path": "/payload"}}
	for _, test := range []struct {
		image string
		text  string
	}{
		{imageOf(t, v1.Config{User: "nobody"}), `resolving user "nobody": found no account "nobody" in the image's /etc/passwd: add it or name a uid`},
		{imageOf(t, v1.Config{}, rootfstest.Link(tar.TypeSymlink, "proc", "/etc")),
			`making mount point "/proc": found it at "/etc", expected a real directory or nothing`},
		{imageOf(t, v1.Config{WorkingDir: "/payload"}), `making directory "/payload": the image has a file there`},
		{imageOf(t, v1.Config{}, rootfstest.File("../x", "")), `unpacking layer 2 of 2: entry "../x": leaves the image with "..": expected a path below the root`},
	} {
		report, problem := runTest(t, object{"image": test.image, "checks": checks})
		if expected := fmt.Sprintf("preparing image %q: %s", test.image, test.text); report != "" || problem != expected {
			t.Errorf("found    %s%s\nexpected %s", report, problem, expected)
		}
	}
}

func TestInterruptEndsTheTest(t *testing.T) {
	for claim, check := range map[string]object{
		"command": {"type": "command", "args": []string{"wait"}},
		"signal":  {"type": "signal", "after_output": "never"},
		"http":    {"type": "http", "port": 8081, "path": "/"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		config := object{"image": imageOf(t, v1.Config{Cmd: []string{"wait"}}), "checks": []object{{"type": "command", "args": []string{"id"}}, check}}
		file := configFile(t, config)
		t.Setenv("TEST_TMPDIR", t.TempDir())
		t.Setenv("XML_OUTPUT_FILE", "")
		// The first check's line is the moment to interrupt.
		err := run(ctx, []string{"--config=" + file}, writerFunc(func(p []byte) { cancel() }), &strings.Builder{})
		if err == nil || !strings.HasSuffix(err.Error(), "context canceled") {
			t.Errorf("%s: found %v", claim, err)
		}
		if left, err := os.ReadDir(os.Getenv("TEST_TMPDIR")); err != nil || len(left) > 0 {
			t.Errorf("%s: left behind: %v, %v", claim, left, err)
		}
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}

func TestJUnitReport(t *testing.T) {
	xml := filepath.Join(t.TempDir(), "test.xml")
	config := object{"image": imageOf(t, v1.Config{}), "checks": []object{{"type": "present", "path": "/payload"}, {"type": "absent", "path": "/payload"}}}
	file := configFile(t, config)
	t.Setenv("TEST_TMPDIR", t.TempDir())
	t.Setenv("XML_OUTPUT_FILE", xml)
	if err := run(t.Context(), []string{"--config=" + file}, &strings.Builder{}, &strings.Builder{}); err == nil || err.Error() != "1 of 2 checks did not pass" {
		t.Errorf("found %v", err)
	}
	data, err := os.ReadFile(xml)
	if err != nil {
		t.Fatal(err)
	}
	expected := `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="node_image_test" tests="2" failures="1">
    <testcase name="present /payload" time="N"></testcase>
    <testcase name="absent /payload" time="N">
      <failure message="found the file &#34;/payload&#34;, expected nothing there">found the file &#34;/payload&#34;, expected nothing there</failure>
    </testcase>
  </testsuite>
</testsuites>
`
	if found := regexp.MustCompile(`time="\d+\.\d{3}"`).ReplaceAllString(string(data), `time="N"`); found != expected {
		t.Errorf("found\n%s\nexpected\n%s", found, expected)
	}
}

func TestUsage(t *testing.T) {
	for _, test := range []struct {
		args []string
		text string
	}{
		{[]string{"x"}, `unexpected argument "x": every input has a flag`},
		{[]string{"--config=/nowhere"}, `reading what to do: open /nowhere: no such file or directory; start the target by ` + "`bazel run`, or give --config=<file>"},
	} {
		if err := run(t.Context(), test.args, &strings.Builder{}, &strings.Builder{}); err == nil || err.Error() != test.text {
			t.Errorf("found    %v\nexpected %s", err, test.text)
		}
	}
}
