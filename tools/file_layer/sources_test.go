// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/rules-node-image/rules_node_image/tools/internal/wire"
)

func sources(paths ...string) []wire.Entry {
	var entries []wire.Entry
	for _, p := range paths {
		entries = append(entries, wire.Entry{Path: p, Type: "file", Src: "plain", Mode: "0755"})
	}
	return entries
}

func TestSourcesWithoutSecretsPass(t *testing.T) {
	for name, tt := range map[string]struct {
		paths, flags []string
	}{
		"ordinary":         {[]string{"app/server.js", "app/env", "app/.envrc", "app/x.env", "app/.gitignore", "app/npmrc", "app/node_modules.js"}, nil},
		"examples":         {[]string{"app/.env.example", "app/a/.env.sample", "app/.env.template"}, nil},
		"outside":          {[]string{"etc/.npmrc", "application/.env", ".env"}, nil},
		"allowed":          {[]string{"app/.env", "app/a/.npmrc"}, []string{"--allow=.env", "--allow=a/.npmrc"}},
		"allowed folder":   {[]string{"app/f/node_modules/a/x.js", "app/f/node_modules/b.js"}, []string{"--allow=f/node_modules"}},
		"folder and slash": {[]string{"app/node_modules/a/x.js"}, []string{"--allow=./node_modules/"}},
		"whole path":       {[]string{"app/node_modules/a/.env"}, []string{"--allow=node_modules/a/.env"}},
		"allowed twice":    {[]string{"app/node_modules/a/x"}, []string{"--allow=node_modules", "--allow=node_modules/a/x"}},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(scene(t, sources(tt.paths...)...), "--app-dir=app")
			check(t, run(context.Background(), append(args, tt.flags...), io.Discard, io.Discard))
		})
	}
}

func TestSecretsAreRefused(t *testing.T) {
	const reason = " should not be in an image, as such files hold secrets or belong to the machine that builds; take them out of srcs, or set allow_srcs = ["
	const end = "] on node_app_image if they are wanted"
	refused := func(list string) string { return "checking the application's files: " + list + reason + list + end }
	var many []string
	names := ""
	for n := range 12 {
		many = append(many, fmt.Sprintf("app/%02d/.env", n))
		if n < 10 {
			names += fmt.Sprintf(", \"%02d/.env\"", n)
		}
	}
	names = names[2:]
	for name, tt := range map[string]struct {
		paths, flags []string
		want         string
	}{
		"npmrc":               {[]string{"app/.npmrc"}, nil, refused(`".npmrc"`)},
		"env":                 {[]string{"app/a/.env", "app/.env.production", "app/.env.example.local"}, nil, refused(`".env.example.local", ".env.production", "a/.env"`)},
		"git":                 {[]string{"app/.git/config", "app/.git/HEAD"}, nil, refused(`".git"`)},
		"node_modules":        {[]string{"app/x/node_modules/a/1.js", "app/x/node_modules/b/2.js"}, nil, refused(`"x/node_modules"`)},
		"secret in a folder":  {[]string{"app/node_modules/a/.npmrc"}, []string{"--allow=node_modules"}, refused(`"node_modules/a/.npmrc"`)},
		"many":                {many, nil, "checking the application's files: " + names + " and 2 more" + reason + names + end},
		"folder with a slash": {[]string{"app/.env"}, []string{"--app-dir=app/"}, refused(`".env"`)},
		"needless":            {[]string{"app/x.js"}, []string{"--allow=x.js"}, `reading --allow=x.js: no file needs it; take "x.js" out of allow_srcs on node_app_image`},
		"no application":      {[]string{"app/x.js"}, []string{"--app-dir=", "--allow=x.js"}, `reading --allow=x.js: it is relative to --app-dir, which is not set`},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(scene(t, sources(tt.paths...)...), "--app-dir=app")
			expectError(t, append(args, tt.flags...), tt.want)
		})
	}
}
