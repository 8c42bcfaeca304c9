// SPDX-License-Identifier: Apache-2.0

package entrypoint

import (
	"slices"
	"strings"
)

// withValue are node's options whose value is the next word unless it follows a "=", as of version 24. Those of V8 always have a "=".
// https://nodejs.org/api/cli.html
var withValue = slices.Concat(preloading, files, strings.Fields(`
	-C --conditions --title --input-type --experimental-default-type --disable-warning --disable-proto --security-revert
	--dns-result-order --network-family-autoselection-attempt-timeout --max-http-header-size --unhandled-rejections --stack-trace-limit
	--max-old-space-size-percentage --v8-pool-size --use-largepages --secure-heap --secure-heap-min --tls-cipher-list --tls-keylog
	--trace-event-categories --trace-event-file-pattern --trace-require-module --localstorage-file --allow-fs-read --allow-fs-write
	--redirect-warnings --diagnostic-dir --report-dir --report-directory --report-filename --report-signal
	--heapsnapshot-signal --heapsnapshot-near-heap-limit --heap-prof-dir --heap-prof-name --heap-prof-interval
	--cpu-prof-dir --cpu-prof-name --cpu-prof-interval --inspect-port --debug-port --inspect-publish-uid --watch-kill-signal
	--snapshot-blob --build-snapshot-config --test-concurrency --test-coverage-branches --test-coverage-exclude --test-coverage-functions
	--test-coverage-include --test-coverage-lines --test-global-setup --test-isolation --test-name-pattern --test-random-seed
	--test-reporter --test-reporter-destination --test-rerun-failures --test-shard --test-skip-pattern --test-timeout`))

// preloading are the options that make node load a module before the script.
var preloading = []string{"-r", "--require", "--import", "--loader", "--experimental-loader"}

// files are the options whose value is a file or directory that node reads.
var files = []string{"--env-file", "--env-file-if-exists", "--icu-data-dir", "--openssl-config", "--experimental-config-file", "--experimental-package-map", "--watch-path"}

// scriptless are the options with which node opens no script, or none that is a file's name.
var scriptless = strings.Fields(`-e --eval -p --print -pe --test --run -v --version -h --help -i --interactive --v8-options
	--completion-bash --prof-process --entry-url --experimental-sea-config --build-sea`)

// source is where node takes its script from.
type source int

const (
	// unnamed: all words are options.
	unnamed source = iota
	script
	standardInput
	// elsewhere: an argument, a test runner, nowhere.
	elsewhere
)

// call is node's argument vector, taken apart.
type call struct {
	words   []string
	options []option
	opens   source
	// at is the script's index among the words.
	at int
}

// option is an option with a value that stands before the script.
type option struct {
	name, value string
	// at is the index of the word that holds the value; joined says that it holds the name too: --name=value.
	at     int
	joined bool
}

func parse(words []string) call {
	c := call{words: words}
	for i := 0; i < len(words); i++ {
		name, value, joined := strings.Cut(words[i], "=")
		switch {
		case words[i] == "--" && i+1 < len(words):
			c.opens, c.at = script, i+1
			return c
		case words[i] == "--":
		case words[i] == "-":
			c.opens = standardInput
			return c
		case !strings.HasPrefix(words[i], "-"):
			c.opens, c.at = script, i
			return c
		case slices.Contains(scriptless, name):
			c.opens = elsewhere
			return c
		case joined:
			c.options = append(c.options, option{name, value, i, true})
		case slices.Contains(withValue, name) && i+1 < len(words):
			i++
			c.options = append(c.options, option{name, words[i], i, false})
		}
	}
	return c
}

// script is the word that names the script.
func (c call) script() string { return c.words[c.at] }

// preloads are the files and packages that node loads before the script.
func (c call) preloads() []string {
	var modules []string
	for _, o := range c.options {
		if slices.Contains(preloading, o.name) {
			modules = append(modules, o.value)
		}
	}
	return modules
}

// isPath tells a file from a package, by the form that a preloaded module's name has.
func isPath(module string) bool {
	return strings.HasPrefix(module, "./") || strings.HasPrefix(module, "../") || strings.HasPrefix(module, "/")
}
