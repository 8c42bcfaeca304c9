// SPDX-License-Identifier: Apache-2.0

package musl

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	program "github.com/rules-node-image/rules_node_image/tools/internal/elf"
)

// target is what differs between the matrix's two halves.
type target struct {
	architecture, interpreter string
	machine                   elf.Machine
}

var targets = map[string]target{
	"amd64": {"amd64", "/lib/ld-musl-x86_64.so.1", elf.EM_X86_64},
	"arm64": {"arm64", "/lib/ld-musl-aarch64.so.1", elf.EM_AARCH64},
}

// rows are the programs of //toolchains/musl/tests: how many checks each makes, and how it is linked.
var rows = []struct {
	name    string
	checks  string
	linking []string
}{
	{"atomics", "11 checks, 0 failed\n", []string{"partly", "static"}},
	{"c", "30 checks, 0 failed\n", []string{"partly", "static"}},
	{"constructors", "3 checks, 0 failed\nat exit\nend of inside \nend of usual \nend of late \nend of early \n", []string{"partly", "shared", "static"}},
	{"dlopen", "11 checks, 0 failed\n", []string{"partly"}},
	{"exceptions", "21 checks, 0 failed\n", []string{"library", "lto", "partly", "shared", "static"}},
	{"filesystem", "15 checks, 0 failed\n", []string{"partly", "static"}},
	{"network", "16 checks, 0 failed\n", []string{"partly", "static"}},
	{"signals", "16 checks, 0 failed\n", []string{"partly", "static"}},
	{"streams", "cout\nprintln\n15 checks, 0 failed\n", []string{"lto", "partly", "static"}},
	{"threads", "14 checks, 0 failed\n", []string{"partly", "static"}},
}

func libraries(t *testing.T, of target) string {
	return runfile(t, "_main/toolchains/musl/sysroot_"+of.architecture+".libraries")
}

// built are the programs by name.
func built(t *testing.T) map[string]string {
	paths := map[string]string{}
	for _, name := range strings.Fields(environment(t, "PROGRAMS")) {
		paths[filepath.Base(name)] = runfile(t, name)
	}
	return paths
}

func TestEveryProgramRunsAndNeedsOnlyMusl(t *testing.T) {
	on := targets[environment(t, "ARCHITECTURE")]
	programs := built(t)
	seen := []string{"plugin.so"}
	for _, row := range rows {
		for _, linking := range row.linking {
			name := row.name + "_" + linking
			seen = append(seen, name)
			t.Run(name, func(t *testing.T) {
				checkFile(t, on, linking, programs[name])
				checkRun(t, on, linking, programs, name, row.checks)
			})
		}
	}
	slices.Sort(seen)
	var all []string
	for name := range programs {
		all = append(all, name)
	}
	slices.Sort(all)
	if !slices.Equal(seen, all) {
		t.Errorf("the matrix has\n%s\nwant\n%s", strings.Join(all, " "), strings.Join(seen, " "))
	}
	t.Run("plugin.so", func(t *testing.T) {
		plugin := read(t, programs["plugin.so"])
		if !slices.Equal(plugin.Needed, []string{"libc.so"}) || plugin.Interpreter != "" {
			t.Errorf("it needs %q with the loader %q, want libc.so and none", plugin.Needed, plugin.Interpreter)
		}
	})
}

func read(t *testing.T, path string) *program.Program {
	t.Helper()
	p, err := program.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var ownLibrary = regexp.MustCompile(`^lib.*(thrower|sequence)\.so$`)

func checkFile(t *testing.T, on target, linking, path string) {
	t.Helper()
	p := read(t, path)
	interpreter, needed := on.interpreter, []string{"libc.so"}
	if linking == "static" {
		interpreter, needed = "", nil
	}
	shared := linking == "shared" || linking == "library"
	got := slices.DeleteFunc(slices.Clone(p.Needed), func(name string) bool { return shared && ownLibrary.MatchString(name) })
	if !slices.Equal(got, needed) || shared && len(p.Needed) < 2 {
		t.Errorf("it needs %q, want %q and, if shared, its own library", p.Needed, needed)
	}
	if p.Interpreter != interpreter {
		t.Errorf("its loader is %q, want %q", p.Interpreter, interpreter)
	}
	if p.Machine != on.machine {
		t.Errorf("it is for %v, want %v", p.Machine, on.machine)
	}
	if !p.PositionIndependent || !p.ReadOnlyRelocations || !p.BindNow || p.ExecutableStack {
		t.Errorf("hardening: got PIE %t, RELRO %t, BIND_NOW %t, executable stack %t; want true, true, true, false",
			p.PositionIndependent, p.ReadOnlyRelocations, p.BindNow, p.ExecutableStack)
	}
	for _, dir := range p.RunPath {
		if !strings.HasPrefix(dir, "$ORIGIN/") {
			t.Errorf("it looks for libraries in %q, want none but beside itself", dir)
		}
	}
	if found := p.Mentions("bazel-out", "/execroot/", "/sandbox/", "/external/", ".cache", "__main__"); !shared && len(found) > 0 {
		t.Errorf("it tells where it was built: found %q in it", found)
	}
}

func checkRun(t *testing.T, on target, linking string, programs map[string]string, name, want string) {
	t.Helper()
	var command []string
	if emulator := os.Getenv("EMULATOR"); emulator != "" {
		command = append(command, runfile(t, emulator))
	}
	if linking != "static" {
		command = append(command, filepath.Join(libraries(t, on), on.interpreter))
	}
	command = append(command, programs[name])
	if strings.HasPrefix(name, "dlopen") {
		command = append(command, programs["plugin.so"])
	}
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"TZ=UTC"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("running %s: %v\n%s", name, err, out)
	} else if string(out) != want {
		t.Errorf("it printed\n%s\nwant\n%s", out, want)
	}
}
