# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Which Bazel is run.

test_bazel_real_is_run_at_once() {
  narrow_path "$own/bin"
  BAZEL_REAL=$(type -P echo) PATH=$own/bin launch one 'two  words'
  expect_code 0
  [[ $(<"$own/out") == 'one two  words' ]] || problem "want the arguments echoed"
}

test_unknown_mode_is_an_error() {
  RULES_NODE_IMAGE_BOOTSTRAP=sometimes launch --version
  expect_code 1
  expect err "RULES_NODE_IMAGE_BOOTSTRAP is 'sometimes': want always, never or auto"
}

test_never_without_a_bazel_is_an_error() {
  narrow_path "$own/bin"
  PATH=$own/bin RULES_NODE_IMAGE_BOOTSTRAP=never launch --version
  expect_code 1
  expect err 'no bazelisk, and no Bazel 7.7.1 on PATH'
}

# fake_bazel VERSION
fake_bazel() {
  narrow_path "$own/bin"
  # shellcheck disable=SC2016
  printf '#!/bin/sh\n[ "$1" = --version ] && echo "bazel %s" || echo "ordinary $*"\n' "$1" >"$own/bin/bazel"
  chmod +x "$own/bin/bazel"
}

test_auto_runs_a_fitting_bazel_where_the_registry_is_reachable() {
  fake_bazel 7.7.9
  echo 'reachable 1' >"$store/central-registry"
  PATH=$own/bin RULES_NODE_IMAGE_BOOTSTRAP=auto launch build //...
  expect_code 0
  expect out 'ordinary build //...'
}

test_auto_bootstraps_where_the_registry_is_not_reachable() {
  fake_bazel 7.7.9
  with_installation
  printf 'unreachable %(%s)T\n' -1 >"$store/central-registry"
  PATH=$own/bin RULES_NODE_IMAGE_BOOTSTRAP=auto launch --version
  expect_code 0
  [[ $(<"$own/out") == 'bazel 7.7.'* && $(<"$own/out") != 'bazel 7.7.9' ]] || problem "want the bootstrapped Bazel"
}

test_auto_bootstraps_where_bazel_has_another_version() {
  fake_bazel 8.0.0
  with_installation
  echo 'reachable 1' >"$store/central-registry"
  PATH=$own/bin RULES_NODE_IMAGE_BOOTSTRAP=auto launch --version
  expect_code 0
  [[ $(<"$own/out") == 'bazel 7.7.'* ]] || problem "want the bootstrapped Bazel"
}

test_warm_start_is_fast() {
  local started=${EPOCHREALTIME/./} spent
  for _ in 1 2 3 4 5; do
    (cd / && "$launcher" --version >/dev/null)
  done
  spent=$(((${EPOCHREALTIME/./} - started) / 5000))
  printf '      warm start, bazel --version included: %s ms\n' "$spent"
  ((spent < 300)) || problem "want less than 300 ms"
}
