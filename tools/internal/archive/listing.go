// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// A listing shows a layer as text, one line per entry, sorted by path:
//
//	drwxr-xr-x 0:0 - usr/src/app/
//	-rw-r--r-- 0:0 1234 usr/src/app/server.js
//	lrwxrwxrwx 0:0 - usr/src/app/node_modules/.bin/x -> ../x/cli.js
//
// The fields are the mode as ls prints it, owner and group as numbers, a file's size in bytes ("-" for the others), and the
// path, with a slash behind a directory's. Fields are separated by one space; a space, a backslash or anything that does not
// print is written in paths and targets as a backslash and three octal digits per byte, as mtree(5) does.

// WriteListing writes entries in the order they have.
func WriteListing(w io.Writer, entries []Entry) error {
	b := bufio.NewWriter(w)
	for _, e := range entries {
		fmt.Fprintln(b, e)
	}
	return b.Flush()
}

// ReadListing reads the listing in the file at path.
func ReadListing(path string) ([]Entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := parseListing(f)
	if err != nil {
		return nil, fmt.Errorf("parsing listing %q %w", path, err)
	}
	return entries, nil
}

// parseListing reads a listing. Its errors begin with the line's number.
func parseListing(r io.Reader) ([]Entry, error) {
	var entries []Entry
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20)
	n := 0
	for scanner.Scan() {
		n++
		e, err := parseEntry(scanner.Text())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		entries = append(entries, e)
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return entries, nil
}

// String is the entry's line in a listing.
func (e Entry) String() string {
	line := e.attributes() + " " + quote(e.Path)
	switch e.Type {
	case Dir:
		return line + "/"
	case Symlink:
		return line + " -> " + quote(e.Target)
	}
	return line
}

// attributes are the fields before the path.
func (e Entry) attributes() string {
	size := "-"
	if e.Type == File {
		size = strconv.FormatInt(e.Size, 10)
	}
	return fmt.Sprintf("%c%s %d:%d %s", e.Type, formatMode(e.Mode), e.UID, e.GID, size)
}

func parseEntry(line string) (Entry, error) {
	fields := strings.Split(line, " ")
	if len(fields) != 4 && len(fields) != 6 {
		return Entry{}, fmt.Errorf("got %q, expected <mode> <uid>:<gid> <size or -> <path>[/][ -> <target>]", line)
	}
	e, err := parseAttributes(fields[0], fields[1], fields[2])
	if err != nil {
		return Entry{}, err
	}
	name := fields[3]
	if e.Type == Dir {
		trimmed, ok := strings.CutSuffix(name, "/")
		if !ok {
			return Entry{}, fmt.Errorf("the directory %q lacks the slash at its end", name)
		}
		name = trimmed
	}
	if e.Path, err = unquote(name); err != nil {
		return Entry{}, err
	}
	if len(fields) == 6 {
		if fields[4] != "->" || e.Type != Symlink {
			return Entry{}, fmt.Errorf("got %q after the path, only a symlink has more", strings.Join(fields[4:], " "))
		}
		if e.Target, err = unquote(fields[5]); err != nil {
			return Entry{}, err
		}
	}
	return e, check(e)
}

func parseAttributes(mode, owner, size string) (Entry, error) {
	var e Entry
	var err error
	if len(mode) != 10 {
		return e, fmt.Errorf("the mode is %q, expected ten characters such as \"-rw-r--r--\"", mode)
	}
	e.Type = Type(mode[0])
	if e.Mode, err = parseMode(mode[1:]); err != nil {
		return e, err
	}
	uid, gid, _ := strings.Cut(owner, ":")
	if e.UID, err = strconv.Atoi(uid); err != nil {
		return e, fmt.Errorf("the owner is %q, expected <uid>:<gid>", owner)
	}
	if e.GID, err = strconv.Atoi(gid); err != nil {
		return e, fmt.Errorf("the owner is %q, expected <uid>:<gid>", owner)
	}
	if e.Type != File && size == "-" {
		return e, nil
	}
	if e.Size, err = strconv.ParseInt(size, 10, 64); err != nil {
		return e, fmt.Errorf("the size is %q, expected bytes for a file and \"-\" for others", size)
	}
	return e, nil
}
