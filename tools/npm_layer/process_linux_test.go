// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"

	"github.com/klauspost/compress/gzip"
)

// asTool makes the test binary the tool itself, which then prints its peak memory.
const asTool = "NPM_LAYER_TEST_AS_TOOL"

func TestMain(m *testing.M) {
	if os.Getenv(asTool) == "" {
		os.Exit(m.Run())
	}
	code := cli.Code("npm_layer", run(context.Background(), os.Args[1:], os.Stdout, os.Stderr), os.Stderr)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(status)) {
		if peak, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Println(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(peak), "kB")))
		}
	}
	os.Exit(code)
}

// tool runs npm_layer in a process of its own and returns its peak memory in bytes.
func tool(t testing.TB, args []string, environment ...string) int64 {
	t.Helper()
	executable, err := os.Executable()
	check(t, err)
	cmd := exec.Command(executable, args...)
	cmd.Env = append(os.Environ(), append(environment, asTool+"=1")...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	check(t, err)
	var kilobytes int64
	_, err = fmt.Sscan(string(out), &kilobytes)
	check(t, err)
	return kilobytes << 10
}

func TestSameBytesEverywhere(t *testing.T) {
	t.Chdir(t.TempDir())
	args := synthetic(t, 3<<20)
	defer syscall.Umask(syscall.Umask(0))
	for _, compression := range []string{"gzip", "zstd"} {
		var first []byte
		for _, machine := range []struct {
			umask       int
			environment []string
		}{
			{0o022, nil},
			{0o077, []string{"GOMAXPROCS=1", "TZ=Asia/Tokyo", "LC_ALL=tr_TR.UTF-8", "USER=somebody", "HOME=/nowhere"}},
			{0o000, []string{"GOMAXPROCS=8", "TZ=America/Lima", "LC_ALL=C", "GOGC=10"}},
		} {
			syscall.Umask(machine.umask)
			tool(t, append(args, "--compression="+compression), machine.environment...)
			got := readOutputs(t)
			if first == nil {
				first = got
			}
			if !bytes.Equal(got, first) {
				t.Errorf("%s with umask %03o and %q: the outputs differ", compression, machine.umask, machine.environment)
			}
		}
	}
}

// A different input has to make a difference, or the test above would see nothing.
func TestOtherInputOtherBytes(t *testing.T) {
	var seen [][]byte
	for _, size := range []int{1 << 20, 1<<20 + 1<<10} {
		t.Chdir(t.TempDir())
		tool(t, synthetic(t, size))
		seen = append(seen, readOutputs(t))
	}
	if bytes.Equal(seen[0], seen[1]) {
		t.Error("two different trees have the same layer")
	}
}

// readOutputs returns all outputs with their modes.
func readOutputs(t *testing.T) []byte {
	t.Helper()
	var all []byte
	for _, name := range outputs(t) {
		info, err := os.Stat(name)
		check(t, err)
		data, err := os.ReadFile(name)
		check(t, err)
		all = fmt.Appendf(all, "%s %v %d\n%s", name, info.Mode(), len(data), data)
	}
	return all
}

const (
	treeSize    = 150 << 20
	memoryBound = 120 << 20
)

func TestMemoryIsBounded(t *testing.T) {
	t.Chdir(t.TempDir())
	args := synthetic(t, treeSize)
	for _, compression := range []string{"gzip", "zstd"} {
		// Without the collector's help from a limit, and with more processors than most machines have.
		peak := tool(t, append(args, "--compression="+compression), "GOMEMLIMIT=off", "GOMAXPROCS=16")
		t.Logf("%s: peak memory %d MB for a tree of %d MB", compression, peak>>20, treeSize>>20)
		if peak > memoryBound {
			t.Errorf("%s: got %d MB, want at most %d MB", compression, peak>>20, memoryBound>>20)
		}
	}
}

func BenchmarkLayer(b *testing.B) {
	b.Chdir(b.TempDir())
	args := synthetic(b, treeSize)
	for _, compression := range []string{"gzip", "zstd"} {
		b.Run(compression, func(b *testing.B) {
			b.SetBytes(treeSize)
			var peak int64
			for b.Loop() {
				peak = max(peak, tool(b, append(args, "--compression="+compression)))
			}
			b.ReportMetric(float64(peak>>20), "MB-peak")
		})
	}
}

// synthetic makes a tree of size bytes: a third of it in one file, the rest in packages of 3 MB with files of 16 KB.
func synthetic(t testing.TB, size int) []string {
	t.Helper()
	var packages []wire.Package
	var list []wire.Tarball
	random := rand.New(rand.NewPCG(1, 2))
	for n := 0; size > 0; n++ {
		name := fmt.Sprintf("p%d", n)
		share, file := min(size, 3<<20), 16<<10
		if n == 0 {
			share = max(size/3, 1)
			file = share
		}
		size -= share
		writePackage(t, name+".tgz", share, file, random)
		packages = append(packages, wire.Package{
			Path: "node_modules/" + name, Name: name, Version: "1.0.0", Integrity: "sha512-" + name,
			Bin: map[string]string{name: "0.js", "same": "0.js"},
		})
		list = append(list, wire.Tarball{Integrity: "sha512-" + name, File: name + ".tgz"})
	}
	return scene(t, packages, nil, list...)
}

// writePackage makes a tarball of about size bytes in files of the given size, which compress about as JavaScript does.
func writePackage(t testing.TB, name string, size, file int, random *rand.Rand) {
	t.Helper()
	f, err := os.Create(name)
	check(t, err)
	defer f.Close()
	z, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	check(t, err)
	w := tar.NewWriter(z)
	for n := 0; size > 0; n++ {
		length := min(size, file)
		size -= length
		check(t, w.WriteHeader(&tar.Header{Name: fmt.Sprintf("package/%d.js", n), Mode: 0o644, Size: int64(length)}))
		for length > 0 {
			line := fmt.Appendf(nil, "  const v%d = require('./lib/%x.js')\n", n, binary.LittleEndian.AppendUint64(nil, random.Uint64()>>24))
			line = line[:min(length, len(line))]
			length -= len(line)
			_, err := w.Write(line)
			check(t, err)
		}
	}
	check(t, w.Close())
	check(t, z.Close())
}
