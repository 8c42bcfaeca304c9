# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the end-to-end tests share. To be sourced by e2e/<name>/test.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tools/dev/tally.sh
source "$root/tools/dev/tally.sh"

scratch=$(mktemp -d)
cleanup() {
  local base
  for base in "$scratch"/output_base*; do
    [[ -d $base ]] || continue
    "$root/tools/bazel" --output_base="$base" shutdown >/dev/null 2>&1
  done
  chmod -R u+w "$scratch" 2>/dev/null
  rm -rf "$scratch"
}
trap cleanup EXIT

# bazel [STARTUP OPTION...] COMMAND [ARG...]: the launcher on the workspace of the current folder.
bazel() {
  local -a startup=() seen=()
  while [[ $1 == --* ]]; do
    startup+=("$1")
    shift
  done
  # The sandbox has a /tmp of its own: a module that is overridden by a path below the real one must be let in.
  [[ $root != /tmp/* || $1 == shutdown ]] || seen=("--sandbox_add_mount_pair=$root")
  "$root/tools/bazel" "${startup[@]}" "$1" "${seen[@]}" "${@:2}"
}

# clone DIR: the tracked and the new files of this repository, as they are now.
clone() {
  mkdir -p "$1"
  (cd "$root" && git ls-files -z --cached --others --exclude-standard | xargs -0 -I{} sh -c '[ ! -e "$1" ] || printf "%s\0" "$1"' _ {} | tar --null -T - -cf -) | tar -C "$1" -xf -
}

# contents DIR: every file below it with its mode and its hash, as text.
contents() { (cd "$1" && find . -type f -printf '%m %p\0' | LC_ALL=C sort -z | while IFS= read -r -d '' line; do echo "$line $(sha256sum <"${line#* }")"; done); }

# pack_dep FILE: packs a package "dep" as npm does and prints its integrity, the SRI form of what sha512sum prints in hex.
pack_dep() {
  mkdir -p "$scratch/pack/package"
  echo '{"name": "dep", "version": "1.0.0"}' >"$scratch/pack/package/package.json"
  tar -C "$scratch/pack" -czf "$1" package
  printf 'sha512-%s\n' "$(printf '%b' "$(sha512sum <"$1" | cut -c1-128 | sed 's/../\\x&/g')" | base64 -w0)"
}
