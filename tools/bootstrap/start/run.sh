# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Starts Bazel in the private root. What `bazel run` built is started outside, where docker, podman and ssh are.

# command_of ARGS...: prints the index of the Bazel command among the arguments, or returns 1.
command_of() {
  local index=0 argument
  for argument; do
    case $argument in
      analyze-profile | aquery | build | canonicalize-flags | clean | config | coverage | cquery | dump | fetch | help | \
        info | license | mobile-install | mod | print_action | query | run | shutdown | sync | test | vendor | version)
        printf '%s\n' "$index"
        return
        ;;
      *) index=$((index + 1)) ;;
    esac
  done
  return 1
}

run_bazel() {
  local at
  if at=$(command_of "$@") && [[ ${*:at+1:1} == run ]] && ! writes_script "$@"; then
    run_outside "$at" "$@"
  else
    bazel_inside "$@"
  fi
}

# writes_script ARGS...: the caller wants to have the script, and no program started.
writes_script() {
  local argument
  for argument; do
    case $argument in
      --) return 1 ;;
      --script_path | --script_path=*) return 0 ;;
      *) ;;
    esac
  done
  return 1
}

bazel_inside() {
  enter /usr/bin/bazel "--bazelrc=$settings/forced.bazelrc" "$@"
}

# run_outside INDEX ARGS...: lets Bazel write down what it would start, and starts that here.
run_outside() {
  local at=$1 script text
  shift
  mkdir -p "$store/run"
  script=$(mktemp "$store/run/XXXXXX")
  (bazel_inside "${@:1:at+1}" "--script_path=$script" "${@:at+2}") || {
    local code=$?
    rm -f "$script"
    exit "$code"
  }
  text=$(<"$script")
  rm -f "$script"
  exec bash -c "$text"
}
