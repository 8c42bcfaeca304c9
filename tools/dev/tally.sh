# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Counts what passed, failed and was skipped, and says so in the line that people and CI read. To be sourced.

passed=0 failed=0 skipped=0 failures=()

pass() { passed=$((passed + 1)); echo "PASS $1"; }
fail() { failed=$((failed + 1)); failures+=("$1"); echo "FAIL $1"; }
skip() { skipped=$((skipped + 1)); echo "SKIP $1: $2"; }

# tally_step NAME COMMAND...: one check; its output is shown if it fails.
tally_step() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then pass "$name"; else
    printf '%s\n' "$output"
    fail "$name"
  fi
}

# tally_events FILE STATUS NAME: adds the outcomes in a Bazel build event file (one JSON object per line). STATUS is Bazel's exit code.
tally_events() {
  local file=$1 status=$2 name=$3 good bad
  good=$(grep -c '"overallStatus":"PASSED"' "$file")
  bad=$(grep '"overallStatus":"' "$file" | grep -vc '"overallStatus":"PASSED"')
  passed=$((passed + good))
  failed=$((failed + bad))
  echo "$name: $good passed, $bad failed"
  ((bad == 0)) || failures+=("$name")
  # Not a test that failed, but something that did not build, or no test at all.
  if ((status != 0 && bad == 0)) || ((good + bad == 0)); then fail "$name (exit code $status)"; fi
}

# tally_script FILE: runs a script that ends in "N passed, N failed[, N skipped]" and adds its figures.
tally_script() {
  local script=$1 log last status=0
  log=$(mktemp)
  echo "== $script"
  "$script" 2>&1 | tee "$log" || status=$?
  last=$(tail -n 1 "$log")
  rm -f "$log"
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
    skipped=$((skipped + ${BASH_REMATCH[4]:-0}))
    if ((BASH_REMATCH[2] > 0)); then failures+=("$script"); fi
    if ((status != 0 && BASH_REMATCH[2] == 0)); then fail "$script (exit code $status)"; fi
  else
    fail "$script (exit code $status, ended without its figures)"
  fi
}

tally_report() {
  ((failed == 0)) || printf 'failed: %s\n' "${failures[@]}"
  echo "$passed passed, $failed failed, $skipped skipped"
  ((failed == 0 && passed > 0))
}
