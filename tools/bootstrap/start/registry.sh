# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The local module registry: one source for each module, offered under every version that somebody asks for.
# modules.d/NAME holds the rest of NAME's MODULE.bazel, after `module(name, version`. No such file: an empty stand-in.

# registry_has NAME VERSION
registry_has() {
  [[ -e $home/registry/modules/$1/$2/source.json ]]
}

# registry_add NAME VERSION: atomic, because two launchers may add the same one.
registry_add() {
  local name=$1 version=$2 dir=$home/registry/modules/$1/$2 source=$home/modules/$1
  [[ -d $source || -L $source ]] || source=$home/modules/stand-in
  mkdir -p "$dir"
  {
    printf 'module(\n    name = "%s",\n    version = "%s",\n' "$name" "$version"
    if [[ -r $home/modules.d/$name ]]; then printf '%s\n' "$(<"$home/modules.d/$name")"; else printf ')\n'; fi
  } >"$dir/MODULE.bazel.$$"
  printf '{"type": "local_path", "path": "%s"}\n' "$source" >"$dir/source.json.$$"
  mv "$dir/MODULE.bazel.$$" "$dir/MODULE.bazel"
  mv "$dir/source.json.$$" "$dir/source.json"
}

# registry_add_asked CALLBACK FILE...: offers what the bazel_dep and single_version_override calls of these files ask
# for. Bash only, as it runs at each start. CALLBACK gets NAME VERSION of each version that was not there before.
registry_add_asked() {
  local callback=$1 file text function call name version
  shift
  for file; do
    for function in bazel_dep single_version_override; do
      text=$(<"$file")
      while [[ $text == *"$function("* ]]; do
        text=${text#*"$function("}
        call=${text%%)*}
        [[ $call =~ name[[:space:]]*=[[:space:]]*\"([A-Za-z0-9._-]+)\" ]] || continue
        name=${BASH_REMATCH[1]}
        [[ $call =~ version[[:space:]]*=[[:space:]]*\"([A-Za-z0-9._+-]+)\" ]] || continue
        version=${BASH_REMATCH[1]}
        registry_has "$name" "$version" && continue
        registry_add "$name" "$version"
        "$callback" "$name" "$version"
      done
    done
  done
}
