# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The MODULE.bazel files of the workspace at hand: the registry must answer for the versions they name.

# workspace_of DIR: the nearest folder upwards that makes a workspace.
workspace_of() {
  local dir=$1
  while [[ -n $dir ]]; do
    if [[ -e $dir/MODULE.bazel || -e $dir/REPO.bazel || -e $dir/WORKSPACE || -e $dir/WORKSPACE.bazel ]]; then
      printf '%s\n' "$dir"
      return
    fi
    dir=${dir%/*}
  done
  return 1
}

# module_files ROOT: its MODULE.bazel, the files that it includes, and those of modules that it overrides by a path.
module_files() {
  local root=$1 text path
  [[ -r $root/MODULE.bazel ]] || return 0
  printf '%s\n' "$root/MODULE.bazel"
  text=$(<"$root/MODULE.bazel")
  while [[ $text =~ (local_path_override|include)\(([^\)]*)\)(.*) ]]; do
    local call=${BASH_REMATCH[1]} arguments=${BASH_REMATCH[2]}
    text=${BASH_REMATCH[3]}
    if [[ $call == local_path_override && $arguments =~ path[[:space:]]*=[[:space:]]*\"([^\"]+)\" ]]; then
      path=${BASH_REMATCH[1]}
      [[ $path == /* ]] || path=$root/$path
      [[ ! -r $path/MODULE.bazel ]] || printf '%s\n' "$path/MODULE.bazel"
    elif [[ $call == include && $arguments =~ \"//([^\":]*):([^\"]+)\" ]]; then
      path=$root/${BASH_REMATCH[1]}/${BASH_REMATCH[2]}
      [[ ! -r $path ]] || printf '%s\n' "$path"
    fi
  done
}

# workspace_register DIR: offers in the local registry what the workspace around DIR asks for.
workspace_register() {
  local root
  local -a files
  root=$(workspace_of "$1") || return 0
  mapfile -t files < <(module_files "$root")
  registry_add_asked announce_stand_in "${files[@]}"
}

announce_stand_in() {
  [[ -e $home/modules/$1 || -L $home/modules/$1 || -e $home/known-stand-ins/$1 ]] || say \
    "module $1 $2 is not to be had without the Bazel Central Registry: an empty stand-in answers for it"
}
