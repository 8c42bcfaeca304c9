# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The Go SDK and the Bazel modules that come as Go modules.

# go_unpack: SDK into home/go, modules into home/modules.
go_unpack() {
  local want module version
  mkdir -p "$home/modules" "$home/.zip"
  while read -r want module version; do
    [[ $want != '#' && -n $want ]] || continue
    (cd "$home/.zip" && enter /usr/bin/unzip -q "$downloads/${module##*/}-$version.zip") || fail "unpacking ${module##*/}-$version.zip: see above"
    case $module in
      golang.org/toolchain) mv "$home/.zip/$module@$version" "$home/go" ;;
      */bazel-gazelle) mv "$home/.zip/$module@$version" "$home/modules/gazelle" ;;
      *) mv "$home/.zip/$module@$version" "$home/modules/${module##*/}" ;;
    esac
  done <"$bootstrap/pins/go-modules.txt"
  rm -rf "$home/.zip"
  # A module's zip keeps no modes.
  find "$home/modules" -name '*.sh' -exec chmod +x {} +
  chmod +x "$home"/go/bin/* "$home"/go/pkg/tool/*/*
  gazelle_vendor
}

# gazelle_vendor: gazelle builds itself in GOPATH mode, which wants vendor/; releases have it, the module's zip has not.
# The versions and checksums are those of gazelle's own go.sum.
gazelle_vendor() {
  local cache=$downloads/gomod out name
  local -a settings=()
  rm -rf "$home/modules/gazelle/tests"
  mkdir -p "$cache"
  for name in "${GO_SETTINGS[@]}"; do
    settings+=("$name=$(go_setting "$name")")
  done
  out=$(cd "$home/modules/gazelle" && env GOROOT="$home/go" GOPATH="$cache" GOMODCACHE="$cache/mod" GOCACHE="$cache/build" \
    GOTOOLCHAIN=local GOWORK=off GOENV=off GOFLAGS=-modcacherw "${settings[@]}" "$home/go/bin/go" mod vendor -e 2>&1) || fail "fetching gazelle's Go modules: ${out##*$'\n'}" "Is GOPROXY right?"
  [[ -r $home/modules/gazelle/vendor/modules.txt ]] || fail "fetching gazelle's Go modules: go mod vendor left nothing: $out"
}
