# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Where the bootstrapped Bazel lives: one folder per state of the bootstrap's own inputs, complete or absent.

caches=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/rules_node_image
store=$caches/bootstrap
home='' # the complete installation, set by store_open

# store_key: a hash of all that decides what the installation holds. start/ is not part of it.
store_key() {
  local key
  key=$(cd -- "$bootstrap" && shopt -s globstar nullglob && for file in build/** pins/** overlay/**; do
    [[ ! -f $file ]] || printf '%s\n%s\n' "$file" "$(<"$file")"
  done | sha256sum)
  printf '%s\n' "${key:0:16}"
}

# store_intact DIR: the files listed at the end of the build are there, each of its size. A cheap look, not a proof.
store_intact() {
  local dir=$1 listed
  local -a lines=()
  [[ -r $dir/manifest ]] || return 1
  listed=$(<"$dir/manifest")
  mapfile -t lines <<<"$listed"
  [[ $(cd -- "$dir" && stat --dereference --format '%s %n' -- "${lines[@]#* }" 2>/dev/null) == "$listed" ]]
}

store_open() {
  local key
  key=$(store_key)
  home=$store/$key
  store_intact "$home" || bash "$bootstrap/build/build" "$bootstrap" "$store" "$key" || exit 1
  : >"$home/used"
}
