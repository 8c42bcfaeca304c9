// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// wanted are the directories of LLVM's source that a sysroot is made of: the whole has 160,000 files.
var wanted = []string{
	"compiler-rt/lib/builtins/",
	"libcxx/include/",
	"libcxx/src/",
	"libcxx/vendor/llvm/",
	"libcxxabi/include/",
	"libcxxabi/src/",
	"libunwind/include/",
	"libunwind/src/",
}

// licence is the one of all of them.
const licence = "libcxx/LICENSE.TXT"

// llvmSources reduces LLVM's source archive to a tar of what is wanted.
func llvmSources(ctx context.Context, b *build) error {
	xz := exec.CommandContext(ctx, filepath.Join(b.bin, "xz"), "--decompress", "--stdout", "--", b.llvm)
	xz.Stderr = os.Stderr
	pipe, err := xz.StdoutPipe()
	if err != nil {
		return err
	}
	if err := xz.Start(); err != nil {
		return err
	}
	kept, err := reduce(b.out, pipe)
	if err != nil {
		err = errors.Join(err, xz.Process.Kill())
	} else if kept == 0 {
		err = fmt.Errorf("reading %q: found none of %s in it, is it LLVM's source?", b.llvm, strings.Join(wanted, ", "))
	}
	return errors.Join(err, xz.Wait())
}

func reduce(out string, archive io.Reader) (kept int, err error) {
	file, err := os.Create(out)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	to := tar.NewWriter(file)
	for from := tar.NewReader(archive); ; {
		header, err := from.Next()
		if errors.Is(err, io.EOF) {
			return kept, errors.Join(to.Close(), file.Close())
		}
		if err != nil {
			return kept, err
		}
		_, name, _ := strings.Cut(header.Name, "/")
		if header.Typeflag != tar.TypeReg || !isWanted(name) {
			continue
		}
		kept++
		if err := to.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: header.Size, Format: tar.FormatUSTAR}); err != nil {
			return kept, err
		}
		if _, err := io.Copy(to, from); err != nil {
			return kept, err
		}
	}
}

func isWanted(name string) bool {
	if name == licence {
		return true
	}
	for _, dir := range wanted {
		if strings.HasPrefix(name, dir) {
			return true
		}
	}
	return false
}

// unpack unpacks directories and files of the reduced LLVM source to the work directory, and returns the path of their common root.
func (b *build) unpack(dirs ...string) (string, error) {
	file, err := os.Open(b.llvm)
	if err != nil {
		return "", err
	}
	defer file.Close()
	for archive := tar.NewReader(file); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return b.work(), nil
		}
		if err != nil {
			return "", fmt.Errorf("reading %q: %w", b.llvm, err)
		}
		for _, dir := range dirs {
			if header.Name == dir || strings.HasPrefix(header.Name, dir+"/") {
				if err := unpackFile(filepath.Join(b.work(), path.Clean("/"+header.Name)), archive); err != nil {
					return "", fmt.Errorf("unpacking %q of %q: %w", header.Name, b.llvm, err)
				}
			}
		}
	}
}

func unpackFile(path string, content io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, content); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
