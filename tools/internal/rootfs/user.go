// SPDX-License-Identifier: Apache-2.0

package rootfs

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// User is who the image runs as.
type User struct {
	UID, GID int
	// Groups are the further groups that etc/group gives the user, sorted. They count for permissions; without privilege the
	// process itself cannot be a member of them.
	Groups []int
	// Home is the user's directory by etc/passwd, "/" if that does not say: what engines put into HOME.
	Home string
}

// User resolves a config's user, "uid", "name", "uid:gid" or "name:group" in any mix, through the image's own etc/passwd and
// etc/group. An empty one is root.
// https://github.com/opencontainers/image-spec/blob/main/config.md: "User"
func (r *Root) User(spec string) (User, error) {
	name, group, hasGroup := strings.Cut(spec, ":")
	if name == "" {
		name = "0"
	}
	user, err := r.account(name)
	if err != nil {
		return User{}, fmt.Errorf("resolving user %q: %w", spec, err)
	}
	if !hasGroup || group == "" {
		return user, nil
	}
	user.Groups = nil
	if user.GID, err = r.group(group); err != nil {
		return User{}, fmt.Errorf("resolving user %q: %w", spec, err)
	}
	return user, nil
}

func (r *Root) account(name string) (User, error) {
	accounts, err := r.table("/etc/passwd", 4)
	if err != nil {
		return User{}, err
	}
	for _, fields := range accounts {
		if fields[0] != name && fields[2] != name {
			continue
		}
		user := User{Home: "/"}
		if len(fields) > 5 && fields[5] != "" {
			user.Home = fields[5]
		}
		if user.UID, err = number(fields[2]); err != nil {
			return User{}, fmt.Errorf("reading /etc/passwd, account %q: %w", fields[0], err)
		}
		if user.GID, err = number(fields[3]); err != nil {
			return User{}, fmt.Errorf("reading /etc/passwd, account %q: %w", fields[0], err)
		}
		user.Groups, err = r.memberships(fields[0])
		return user, err
	}
	uid, err := number(name)
	if err != nil {
		return User{}, fmt.Errorf("found no account %q in the image's /etc/passwd: add it or name a uid", name)
	}
	return User{UID: uid, Home: "/"}, nil
}

func (r *Root) memberships(account string) ([]int, error) {
	groups, err := r.table("/etc/group", 4)
	if err != nil {
		return nil, err
	}
	var gids []int
	for _, fields := range groups {
		if !slices.Contains(strings.Split(fields[3], ","), account) {
			continue
		}
		gid, err := number(fields[2])
		if err != nil {
			return nil, fmt.Errorf("reading /etc/group, group %q: %w", fields[0], err)
		}
		gids = append(gids, gid)
	}
	slices.Sort(gids)
	return gids, nil
}

func (r *Root) group(name string) (int, error) {
	groups, err := r.table("/etc/group", 3)
	if err != nil {
		return 0, err
	}
	for _, fields := range groups {
		if fields[0] == name {
			return number(fields[2])
		}
	}
	gid, err := number(name)
	if err != nil {
		return 0, fmt.Errorf("found no group %q in the image's /etc/group: add it or name a gid", name)
	}
	return gid, nil
}

// table reads a file of lines of colon separated fields and leaves out those with fewer than fields. An image without the file
// has no accounts.
func (r *Root) table(path string, fields int) ([][]string, error) {
	data, err := r.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var table [][]string
	for line := range strings.Lines(string(data)) {
		if row := strings.Split(strings.TrimSpace(line), ":"); len(row) >= fields {
			table = append(table, row)
		}
	}
	return table, nil
}

// number parses a uid or gid. The largest 32-bit value stands for "no change" in system calls and is nobody.
func number(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n == 1<<32-1 {
		return 0, fmt.Errorf("found %q, expected a number below 4294967295", s)
	}
	return int(n), nil
}
