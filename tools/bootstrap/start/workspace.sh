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
  local root=$1 text function call path
  [[ -r $root/MODULE.bazel ]] || return 0
  printf '%s\n' "$root/MODULE.bazel"
  for function in local_path_override include; do
    text=$(<"$root/MODULE.bazel")
    while [[ $text == *"$function("* ]]; do
      text=${text#*"$function("}
      call=${text%%)*}
      if [[ $function == local_path_override && $call =~ path[[:space:]]*=[[:space:]]*\"([^\"]+)\" ]]; then
        path=${BASH_REMATCH[1]}/MODULE.bazel
        [[ $path == /* ]] || path=$root/$path
      elif [[ $function == include && $call =~ \"//([^\":]*):([^\"]+)\" ]]; then
        path=$root/${BASH_REMATCH[1]}/${BASH_REMATCH[2]}
      else
        continue
      fi
      [[ ! -r $path ]] || printf '%s\n' "$path"
    done
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

# announce_stand_in NAME VERSION: unless we have it, or the workspace's `files` say where it is.
announce_stand_in() {
  ! grep -qE "module_name *= *\"$1\"" "${files[@]}" || return 0
  [[ -e $home/modules/$1 || -L $home/modules/$1 || -e $home/known-stand-ins/$1 ]] || say \
    "module $1 $2 is not to be had without the Bazel Central Registry: an empty stand-in answers for it"
}
