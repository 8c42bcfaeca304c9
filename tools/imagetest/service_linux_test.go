// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/sandbox/payload"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func server(before ...string) v1.Config {
	return v1.Config{Cmd: append(before, "say=listening", "serve=0.0.0.0:8080")}
}

// handled is what the signal check says of a program that outlives the signal.
const handled = ": as process 1 it is hit only by signals that it handles, so handle it: process.on(\"SIGTERM\", …)\n"

func TestHTTPCheck(t *testing.T) {
	scenarios := []scenario{
		{
			claim:  "what the program answers",
			config: server(),
			checks: []object{
				{"type": "http", "port": 8080, "path": "/json", "json": object{"n": []int{1, 2}, "ok": true}, "response_headers": object{"content-type": "application/json"}},
				{"type": "http", "port": 8080, "path": "/json", "body_equals": `{"ok":true,"n":[1,2]}`, "response_headers": object{"Content-Type": "application/json; charset=utf-8"}},
				{"type": "http", "port": 8080, "method": "PUT", "path": "/echo", "headers": object{"x-echo": "echoed"}, "body": "sent", "status": 201,
					"body_contains": []string{"PUT", "echoed sent"}},
				{"type": "http", "port": 8080, "path": "/none", "status": 404},
				{"type": "http", "port": 8080, "path": "/moved", "status": 302, "response_headers": object{"Location": "/json"}},
			},
			report: "PASS http GET :8080/json 200 (N ms)\nPASS http GET :8080/json 200 (N ms)\nPASS http PUT :8080/echo 201 (N ms)\n" +
				"PASS http GET :8080/none 404 (N ms)\nPASS http GET :8080/moved 302 (N ms)\n",
		},
		{
			claim:  "everything that differs is reported, with the body and the output",
			config: server(),
			checks: []object{
				{"type": "http", "port": 8080, "path": "/none", "json": object{}, "body_equals": "x", "body_contains": []string{"y"}, "response_headers": object{"X-A": "b"}},
				{"type": "http", "port": 8080, "path": "/json", "status": 201, "json": object{"ok": false}},
			},
			report: `FAIL http GET :8080/none 404 (N ms)
     status: found 404, expected 200
     response header "X-A": found "", expected "b"
     body: found no "y", expected it somewhere
     body: found "nothing here\n", expected "x"
     body: parsing it as JSON: invalid character 'o' in literal null (expecting 'u')
     body:
     | nothing here
     stdout:
     | listening
     stderr: empty
FAIL http GET :8080/json 200 (N ms)
     status: found 200, expected 201
     body: found other JSON than the expected {"ok":false}
     body:
     | {"ok":true,"n":[1,2]}
     stdout:
     | listening
     stderr: empty
`,
		},
		{
			claim:  "a program that ends early: its output, and no waiting",
			config: v1.Config{Cmd: []string{"say=before", "stderr=no such module", "exit=1"}},
			checks: []object{{"type": "http", "port": 8080, "path": "/"}},
			report: `FAIL http GET :8080/ (N ms)
     expected port 8080 to accept connections: found that the image's program had ended: exit code 1
     stdout:
     | before
     stderr:
     | no such module
`,
		},
		{
			claim:   "a port that nobody listens on",
			config:  server(),
			timeout: 1,
			checks:  []object{{"type": "http", "port": 8081, "path": "/"}, {"type": "http", "port": 8080, "path": "/json"}},
			report: `FAIL http GET :8081/ (N ms)
     expected port 8081 to accept connections within 1s: connecting to port 8081 in the sandbox: dial tcp4 127.0.0.1:8081: connect: connection refused
     stdout:
     | listening
     stderr: empty
PASS http GET :8080/json 200 (N ms)
`,
		},
		{
			claim:  "a program that does not start",
			config: v1.Config{Entrypoint: []string{"/nope"}},
			checks: []object{{"type": "http", "port": 8080, "path": "/"}},
			report: "FAIL http GET :8080/ (N ms)\n     starting \"/nope\" in the image: no such file or directory\n",
		},
	}
	for _, s := range scenarios {
		t.Run(s.claim, s.run)
	}
}

func TestSignalCheck(t *testing.T) {
	scenarios := []scenario{
		{
			claim:  "a program that handles the signal, after a request",
			config: server("on-term=0"),
			checks: []object{{"type": "http", "port": 8080, "path": "/json"}, {"type": "signal", "signal": "SIGTERM", "exit_code": 0}},
			report: "PASS http GET :8080/json 200 (N ms)\nPASS signal SIGTERM exit code 0 (N ms)\n",
		},
		{
			claim:  "up by its port, whose check comes later",
			config: server("on-term=3"),
			checks: []object{{"type": "signal"}, {"type": "http", "port": 8080, "path": "/json"}},
			report: `PASS signal SIGTERM exit code 3 (N ms)
FAIL http GET :8080/json (N ms)
     expected port 8080 to accept connections: found that the image's program had ended: exit code 3
     stdout:
     | listening
     | terminated
     stderr: empty
`,
		},
		{
			claim:  "up by its output",
			config: v1.Config{Cmd: []string{"on-term=0", "say=ready now", "wait"}},
			checks: []object{{"type": "signal", "after_output": "ready"}},
			report: "PASS signal SIGTERM exit code 0 (N ms)\n",
		},
		{
			claim:  "another exit code",
			config: server("on-term=3"),
			checks: []object{{"type": "signal", "port": 8080, "exit_code": 0}},
			report: "FAIL signal SIGTERM (N ms)\n     found exit code 3, expected exit code 0\n     stdout:\n     | listening\n     | terminated\n     stderr: empty\n",
		},
		{
			claim:  "a program that ignores the signal",
			config: server("ignore-term"),
			checks: []object{{"type": "signal", "port": 8080, "within_ms": 200}},
			report: "FAIL signal SIGTERM (N ms)\n     expected the program to end within 200ms after SIGTERM, found it running" + handled +
				"     stdout:\n     | listening\n     stderr: empty\n",
		},
		{
			claim:  "a program that ended before",
			config: v1.Config{Cmd: []string{"say=ready", "exit=0"}},
			checks: []object{{"type": "signal", "after_output": "never"}},
			report: "FAIL signal SIGTERM (N ms)\n     expected \"never\" in the output: found that the image's program had ended: exit code 0\n" +
				"     stdout:\n     | ready\n     stderr: empty\n",
		},
		{
			claim:   "a sign that does not come",
			timeout: 1,
			config:  server(),
			checks:  []object{{"type": "signal", "after_output": "never"}},
			report:  "FAIL signal SIGTERM (N ms)\n     expected \"never\" in the output within 1s: it is not there\n     stdout:\n     | listening\n     stderr: empty\n",
		},
	}
	for _, s := range scenarios {
		t.Run(s.claim, s.run)
	}
}

// The default action of SIGTERM does not hit process 1: a program without a handler must not pass for one that ends in time. The
// payload's own runtime always handles signals, hence the other program; it gives no sign that it is up, hence no sign is asked for.
func TestSignalWithoutHandlerIsIgnoredByProcessOne(t *testing.T) {
	config := Config{Image: "unused"}
	s, err := unpack(Config{Image: pathOf(imageOf(t, v1.Config{Entrypoint: []string{payload.PausePath}})), Checks: config.Checks}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.remove()
	c := &signalCheck{Signal: "SIGTERM", WithinMS: 200}
	_, problems, err := c.run(&attempt{subject: s, ctx: t.Context(), test: t.Context()})
	if err != nil || len(problems) == 0 || problems[0]+"\n" != "expected the program to end within 200ms after SIGTERM, found it running"+handled {
		t.Errorf("found %q, %v", problems, err)
	}
}
