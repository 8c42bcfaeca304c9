# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The ordinary way: a Bazel that the machine already has, and the Bazel Central Registry.

# An answer "unreachable" is asked anew after this many seconds: laptops come back from trains.
readonly UNREACHABLE_FOR=86400
readonly CENTRAL_REGISTRY=https://bcr.bazel.build/bazel_registry.json # Bazel's own built-in default

wanted_version() {
  local version=''
  read -r version <"$bootstrap/../../.bazelversion" || true
  printf '%s\n' "${version:-7.7.1}"
}

# ordinary_bazel: prints the program to run, or returns 1. Bazelisk obeys .bazelversion by itself.
ordinary_bazel() {
  local program wanted found
  program=$(type -P bazelisk) && printf '%s\n' "$program" && return
  program=$(type -P bazel) || return 1
  [[ ! $program -ef ${BASH_SOURCE[0]%/*}/../../bazel ]] || return 1
  wanted=$(wanted_version)
  found=$("$program" --version 2>/dev/null) || return 1
  [[ $found == "bazel ${wanted%.*}."* ]] && printf '%s\n' "$program"
}

# registry_reachable: asks the network once and remembers the answer.
registry_reachable() {
  local memory=$store/central-registry answer='' when=0 now
  printf -v now '%(%s)T' -1
  [[ ! -r $memory ]] || read -r answer when <"$memory" || true
  if [[ $answer == unreachable ]] && ((now - when > UNREACHABLE_FOR)); then answer=''; fi
  if [[ -z $answer ]]; then
    answer=unreachable
    ! probe "$CENTRAL_REGISTRY" || answer=reachable
    mkdir -p "$store"
    printf '%s %s\n' "$answer" "$now" >"$memory"
  fi
  [[ $answer == reachable ]]
}

probe() {
  if type -P curl >/dev/null; then
    curl --silent --fail --location --max-time 5 --output /dev/null "$1"
  elif type -P wget >/dev/null; then
    wget --quiet --tries=1 --timeout=5 --output-document=/dev/null "$1"
  else
    return 1
  fi
}
