# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sources of the Bazel modules, and the local registry that offers them (see start/registry.sh).

# modules_write: home/modules/NAME is the source of NAME, home/modules.d/NAME the rest of its MODULE.bazel.
modules_write() {
  local name folder
  mkdir -p "$home/modules.d" "$home/known-stand-ins" "$home/modules/stand-in"
  : >"$home/modules/stand-in/BUILD.bazel"
  : >"$home/modules/stand-in/REPO.bazel"
  while read -r name folder; do
    ln -s "../root/usr/share/bazel/$folder" "$home/modules/$name"
    module_rest <"$home/root/usr/share/bazel/$folder/MODULE.bazel" >"$home/modules.d/$name"
  done <<DEBIAN
bazel_features tools/features
bazel_skylib tools/skylib
platforms tools/platforms
rules_cc rules/cc
rules_java rules/java
rules_license rules/license
rules_proto rules/proto
rules_python rules/python
rules_shell rules/shell
stardoc tools/stardoc
DEBIAN
  module_rest <"$home/modules/gazelle/MODULE.bazel" >"$home/modules.d/gazelle"
  module_rest <"$home/modules/rules_go/MODULE.bazel" | rules_go_with_sdk >"$home/modules.d/rules_go"
  overlay_write
  go_sdk_write
  registry_write
}

# module_rest: what follows `module(name, version` in a MODULE.bazel on stdin: the repo_name, if any, and the rest.
module_rest() {
  awk '
    !head && /^module\(/ { head = 1; if (/\)$/) { print ")"; head = 2 } next }
    head == 1 && /^ *repo_name = / { print; next }
    head == 1 && /^\)/ { head = 2 }
    head == 2 { print }
  '
}

# rules_go_with_sdk: rules_go asks the network for a list of Go versions, unless its default SDK is given.
rules_go_with_sdk() {
  sed -e '/^go_sdk\.from_file(/,/^)/c\bazel_dep(name = "go_sdk_files", version = "0")\n\ngo_sdk.wrap(\n    root_file = "@go_sdk_files//:VERSION",\n    version = "'"$(go_version)"'",\n)'
}

go_version() {
  sed -n '1s/^go//p' "$home/go/VERSION"
}

go_sdk_write() {
  printf 'exports_files(["VERSION"])\n' >"$home/go/BUILD.bazel"
  : >"$home/go/REPO.bazel"
  ln -s ../go "$home/modules/go_sdk_files"
  printf ')\n' >"$home/modules.d/go_sdk_files"
}

# overlay_write: the modules of which we have a small one of our own. Their BUILD files are made here, because in the
# repository they would make packages of it.
overlay_write() {
  local dir
  cp -R "$bootstrap/overlay/." "$home/modules/"
  for dir in "$bootstrap"/overlay/*/; do
    : >"$home/modules/$(basename "$dir")/REPO.bazel"
  done
  (cd "$bootstrap/overlay" && find . -mindepth 1 -type d -print0) | while IFS= read -r -d '' dir; do
    : >"$home/modules/$dir/BUILD.bazel"
  done
}

# registry_write: every version that a module at hand, or Bazel itself, asks for, and some well-known ones.
registry_write() {
  local name version
  mkdir -p "$home/registry"
  printf '{}\n' >"$home/registry/bazel_registry.json"
  while read -r name version; do
    [[ $name != '#' && -n $name ]] || continue
    [[ -e $home/modules/$name ]] || : >"$home/known-stand-ins/$name"
    registry_add "$name" "$version"
  done <"$bootstrap/pins/modules.txt"
  registry_add_asked : "$home/root/usr/share/bazel/embedded_tools/MODULE.bazel" "$home"/modules.d/*
  sed -i "s|$home/|$final/|" "$home"/registry/modules/*/*/source.json
}
