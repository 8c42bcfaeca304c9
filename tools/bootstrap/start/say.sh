# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Words for people: stderr only, because stdout is Bazel's.

say() {
  printf 'tools/bazel: %s\n' "$*" >&2
}

# fail SUMMARY [LINE...]: what is wrong, then what to do about it.
fail() {
  say "$1"
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit 1
}
