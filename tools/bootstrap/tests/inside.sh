# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Bazel at work in the private root, on the real installation.

# workspace: one for all tests here, as each costs a server.
workspace() {
  local dir=$scratch/workspace
  [[ ! -d $dir ]] || return 0
  mkdir -p "$dir/app"
  cat >"$dir/MODULE.bazel" <<'MODULE'
module(name = "scratch")
bazel_dep(name = "bazel_skylib", version = "99.2.3-of-mine")
bazel_dep(
    name = "rules_nobody_knows",
    version = "9.9",
)
bazel_dep(name = "part", version = "1")
local_path_override(module_name = "part", path = "part")
MODULE
  mkdir "$dir/part"
  printf 'module(name = "part", version = "1")\nbazel_dep(name = "platforms", version = "0.0.99")\n' >"$dir/part/MODULE.bazel"
  cat >"$dir/BUILD.bazel" <<'BUILD'
genrule(
    name = "devices",
    outs = ["devices.txt"],
    cmd = "cat /proc/net/dev > $@",
)
BUILD
  printf '%s\n' 'sh_binary(name = "app", srcs = ["app.sh"], deps = ["@bazel_tools//tools/bash/runfiles"])' >"$dir/app/BUILD.bazel"
  # shellcheck disable=SC2016
  printf '%s\n' '#!/bin/bash' 'test -e /usr/share/bazel && echo inside || echo outside' 'printf "<%s>" "$@"' \
    'echo " $BUILD_WORKSPACE_DIRECTORY $BUILD_WORKING_DIRECTORY"' \
    'test -r "$0.runfiles/bazel_tools/tools/bash/runfiles/runfiles.bash" && echo "runfiles of Bazel"' 'exit 7' >"$dir/app/app.sh"
  chmod +x "$dir/app/app.sh"
}

# bazel ARGS...: on the real cache, from folder `at`.
bazel() {
  code=0
  # shellcheck disable=SC2034
  (cd "$at" && "$launcher" "$@" >"$own/out" 2>"$own/err") || code=$?
}

test_the_registry_answers_for_what_the_workspace_asks() {
  workspace
  local at=$scratch/workspace
  rm -rf "$real/$key/registry/modules/rules_nobody_knows"
  bazel mod graph
  expect_code 0
  expect out 'bazel_skylib@99.2.3-of-mine'
  expect err 'module rules_nobody_knows 9.9 is not to be had without the Bazel Central Registry'
  ! grep -q 'module part' "$own/err" || problem "want nothing said of a module with a local path"
  [[ ! -e $at/MODULE.bazel.lock ]] || problem "want no lock file written"
}

test_actions_have_no_network() {
  workspace
  local at=$scratch/workspace
  bazel build --sandbox_default_allow_network=false --spawn_strategy=linux-sandbox --disk_cache= //:devices
  expect_code 0
  cp "$at/bazel-bin/devices.txt" "$own/out"
  [[ $(grep -c : "$own/out") == 1 && $(grep -c lo: "$own/out") == 1 ]] || problem "want the device lo alone"
}

test_run_starts_the_program_outside() {
  workspace
  local at=$scratch/workspace/app
  bazel run :app -- one 'two  words' --script_path
  expect_code 7
  expect out outside
  expect out 'runfiles of Bazel'
  expect out "<one><two  words><--script_path> $scratch/workspace $scratch/workspace/app"
}

test_run_of_a_broken_target_keeps_the_exit_code() {
  workspace
  local at=$scratch/workspace
  bazel run //:nonesuch
  expect_code 1
}

test_a_folder_out_of_sight_is_named() {
  local at=/usr/share
  bazel version
  expect_code 1
  expect err 'the folder /usr/share is out of Bazel'
}
