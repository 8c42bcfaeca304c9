// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rules-node-image/rules_node_image/tools/internal/sandbox/payload"
)

// sharedRoot is read-only to every sandbox, so that one serves all tests.

var sharedRoot string

func TestMain(m *testing.M) {
	Init()
	payload.Main()
	refusedMain()
	abandonedMain()
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "sandbox")
	if err == nil {
		defer os.RemoveAll(dir)
		sharedRoot = filepath.Join(dir, "root")
		err = makeRoot(sharedRoot)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func makeRoot(root string) error {
	files, err := payload.Files()
	if err != nil {
		return err
	}
	files["/no-loader"] = noLoader(files[payload.Path])
	files["/script"] = []byte("#!/no/such/interpreter\n")
	for path, content := range files {
		if err := write(filepath.Join(root, path), content, 0o755); err != nil {
			return err
		}
	}
	for _, dir := range []string{"proc", "dev", "tmp", "var/cache", "usr/bin"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			return err
		}
	}
	if err := os.Symlink("/payload", filepath.Join(root, "usr/bin/payload")); err != nil {
		return err
	}
	if err := write(filepath.Join(root, "usr/bin/plain"), []byte("x"), 0o644); err != nil {
		return err
	}
	return write(filepath.Join(root, "secret"), []byte("x"), 0)
}

func write(path string, content []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}

// output is a buffer that may be read while it is written.

type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// deadline is far beyond what anything here takes; a test that reaches it fails.

func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func spec(commands ...string) Spec {
	return Spec{Root: sharedRoot, UID: 65532, GID: 65533, Args: append([]string{payload.Path}, commands...), Dir: "/", Tmpfs: []string{"/tmp", "/var/cache"}}
}

// run runs a process to its end.

func run(t *testing.T, s Spec) (stdout, stderr string, exit Exit) {
	t.Helper()
	var out, err output
	s.Stdout, s.Stderr = &out, &err
	p, startErr := Start(deadline(t), s)
	if startErr != nil {
		t.Fatal(startErr)
	}
	exit, waitErr := p.Wait()
	if waitErr != nil {
		t.Fatal(waitErr)
	}
	return out.String(), err.String(), exit
}

func TestProcessSees(t *testing.T) {
	host, _ := os.Hostname()
	tests := []struct {
		claim    string
		commands []string
		change   func(*Spec)
		stdout   string
	}{
		{"its own uid and gid, and itself as process 1", []string{"id"}, nil, "uid 65532 gid 65533 pid 1\n"},
		{"root's uid where the image runs as root", []string{"id"}, func(s *Spec) { s.UID, s.GID = 0, 0 }, "uid 0 gid 0 pid 1\n"},
		{"no capability and no way to gain one", []string{"status=CapInh,CapPrm,CapEff,CapBnd,CapAmb,NoNewPrivs"}, nil, noCaps},
		{"no capability as root either", []string{"status=CapInh,CapPrm,CapEff,CapBnd,CapAmb,NoNewPrivs"}, func(s *Spec) { s.UID, s.GID = 0, 0 }, noCaps},
		{"no environment but its own", []string{"env"}, func(s *Spec) { s.Env = []string{"A=1", "B=x y"} }, "A=1\nB=x y\n"},
		{"its arguments", []string{"args", "say=x"}, nil, "/payload\nargs\nsay=x\nx\n"},
		{"its working directory", []string{"cwd"}, func(s *Spec) { s.Dir = "/var/cache" }, "/var/cache\n"},
		{"a fixed host name", []string{"hostname"}, nil, "image-test\n"},
		{"a read-only root", []string{"write=/x"}, nil, "write=/x: open /x: read-only file system\n"},
		{"writable tmpfs", []string{"write=/tmp/x", "write=/var/cache/x", "write=/dev/shm/x", "list=/tmp"}, nil, "x\n"},
		{"a read-only /dev", []string{"write=/dev/x"}, nil, "write=/dev/x: open /dev/x: read-only file system\n"},
		{"devices that work", []string{"write=/dev/null", "read=/dev/null"}, nil, ""},
		{"a file that its user may not read", []string{"read=/secret"}, nil, "read=/secret: open /secret: permission denied\n"},
		{"a /proc that cannot change the machine", []string{"write=/proc/sys/kernel/core_pattern"}, nil,
			"write=/proc/sys/kernel/core_pattern: open /proc/sys/kernel/core_pattern: read-only file system\n"},
		{"loopback", []string{"loopback"}, nil, "loopback works\n"},
		{"no network beyond it", []string{"dial=192.0.2.1:80"}, nil, "dial=192.0.2.1:80: dial tcp 192.0.2.1:80: connect: network is unreachable\n"},
		{"no path of the host", []string{"list=" + filepath.Dir(sharedRoot)}, nil,
			fmt.Sprintf("\nlist=%[1]s: open %[1]s: no such file or directory\n", filepath.Dir(sharedRoot))},
		{"a command found in PATH", []string{"id"}, func(s *Spec) { s.Args[0], s.Env = "payload", []string{"PATH=/nowhere:/usr/bin"} }, "uid 65532 gid 65533 pid 1\n"},
	}
	for _, test := range tests {
		t.Run(test.claim, func(t *testing.T) {
			s := spec(test.commands...)
			if test.change != nil {
				test.change(&s)
			}
			stdout, stderr, exit := run(t, s)
			if stdout != test.stdout || stderr != "" || exit != (Exit{}) {
				t.Errorf("found stdout %q, stderr %q, %v; expected stdout %q", stdout, stderr, exit, test.stdout)
			}
		})
	}
	if host == Hostname {
		t.Errorf("the host is called %q itself: the host name test proves nothing", host)
	}
}

const noCaps = "CapInh 0000000000000000\nCapPrm 0000000000000000\nCapEff 0000000000000000\nCapBnd 0000000000000000\nCapAmb 0000000000000000\nNoNewPrivs 1\n"

func TestOnlyItsOwnProcessesAreVisible(t *testing.T) {
	stdout, _, _ := run(t, spec("list=/proc"))
	var pids []string
	for name := range strings.FieldsSeq(stdout) {
		if strings.Trim(name, "0123456789") == "" {
			pids = append(pids, name)
		}
	}
	if strings.Join(pids, " ") != "1" {
		t.Errorf("found processes %q, expected 1 alone", pids)
	}
}

func TestNoMountOfTheHostIsVisible(t *testing.T) {
	stdout, _, _ := run(t, spec("read=/proc/self/mountinfo"))
	mounted := map[string]int{}
	for line := range strings.Lines(stdout) {
		mounted[strings.Fields(line)[4]]++ // proc_pid_mountinfo(5)
	}
	for _, path := range []string{"/", "/dev", "/dev/shm", "/proc", "/tmp", "/var/cache"} {
		if mounted[path] != 1 {
			t.Errorf("found %d mounts at %q, expected one", mounted[path], path)
		}
		delete(mounted, path)
	}
	for path := range mounted {
		if !strings.HasPrefix(path, "/dev/") && !strings.HasPrefix(path, "/proc/") {
			t.Errorf("found a mount at %q, expected none", path)
		}
	}
}

func TestDevHoldsTheDefaultDevicesOnly(t *testing.T) {
	stdout, _, _ := run(t, spec("list=/dev"))
	found := strings.Join(strings.Fields(strings.ReplaceAll(stdout, " tty ", " ")), " ")
	if expected := "fd full null random shm stderr stdin stdout urandom zero"; found != expected {
		t.Errorf("found %q, expected %q", found, expected)
	}
}

func TestOutputAndExitCode(t *testing.T) {
	stdout, stderr, exit := run(t, spec("say=out", "stderr=err", "exit=7"))
	if stdout != "out\n" || stderr != "err\n" || exit != (Exit{Code: 7}) {
		t.Errorf("found stdout %q, stderr %q, %v", stdout, stderr, exit)
	}
	if found := exit.String(); found != "exit code 7" {
		t.Errorf("found %q", found)
	}
	if found := (Exit{Code: 137, Signal: syscall.SIGKILL}).String(); found != "exit code 137 (killed by signal 9, killed)" {
		t.Errorf("found %q", found)
	}
}

func TestProgramThatDoesNotStart(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Spec)
		text   string
	}{
		{"absent file", func(s *Spec) { s.Args = []string{"/nope"} }, `starting "/nope" in the image: no such file or directory`},
		{"absent command", func(s *Spec) { s.Args, s.Env = []string{"nope"}, []string{"PATH=/usr/bin:/bin"} },
			`starting "nope" in the image: no such file or directory: it is in no folder of PATH /usr/bin:/bin`},
		{"default PATH", func(s *Spec) { s.Args = []string{"nope"} },
			`starting "nope" in the image: no such file or directory: it is in no folder of PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`},
		{"not executable", func(s *Spec) { s.Args = []string{"plain"} },
			`starting "plain" in the image: permission denied: /usr/bin/plain is not executable for the image's user`},
		{"no loader", func(s *Spec) { s.Args = []string{"/no-loader"} },
			`starting "/no-loader" in the image: no such file or directory: /no-loader is there, its loader /lib/ld-nowhere.so is not`},
		{"no interpreter", func(s *Spec) { s.Args = []string{"/script"} },
			`starting "/script" in the image: no such file or directory: /script is there, the interpreter that it names is not`},
		{"no working directory", func(s *Spec) { s.Dir = "/nope" },
			`starting "/nope" in the image: no such file or directory: the working directory is not accessible to the image's user`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := spec()
			test.change(&s)
			_, err := Start(deadline(t), s)
			var startErr *StartError
			if !errors.As(err, &startErr) || err.Error() != test.text {
				t.Errorf("found %v, expected %s", err, test.text)
			}
		})
	}
	if _, err := Start(deadline(t), Spec{Root: sharedRoot}); err == nil ||
		err.Error() != "starting the sandbox: found no command: the image sets neither entrypoint nor command, expected one" {
		t.Errorf("found %v", err)
	}
}

// started waits for the payload's word that it got so far.

// The promise of process 1: the default action of SIGTERM does not apply, while that of SIGKILL from outside does.
