# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Downloads with a known checksum.

# download URL FILE: adds to FILE what is missing of it.
download() {
  if type -P curl >/dev/null; then
    curl --silent --show-error --fail --location --netrc-optional --retry 3 --connect-timeout 20 --continue-at - --output "$2" "$1"
  else
    wget --no-verbose --tries=4 --timeout=60 --continue --output-document="$2" "$1"
  fi
}

# sha256_of FILE
sha256_of() {
  local line
  line=$(sha256sum -- "$1")
  printf '%s\n' "${line%% *}"
}

# fetch_module SHA256 MODULE VERSION: the module's zip from the first proxy that has it, into the downloads.
fetch_module() {
  local want=$1 module=$2 version=$3 proxy got errors=''
  local file=$downloads/${module##*/}-$version.zip
  [[ ! -e $file ]] || [[ $(sha256_of "$file") != "$want" ]] || return 0
  while read -r proxy; do
    # What is left of an interrupted download may be another server's: then once more from the start.
    local attempt
    for attempt in resumed fresh; do
      [[ $attempt == resumed ]] || rm -f "$file.part"
      errors=$(download "$proxy/$module/@v/$version.zip" "$file.part" 2>&1) || continue
      got=$(sha256_of "$file.part")
      if [[ $got == "$want" ]]; then
        mv "$file.part" "$file"
        return 0
      fi
      errors="$proxy/$module/@v/$version.zip has a wrong checksum: got sha256 $got, want $want"
    done
    rm -f "$file.part"
  done < <(go_proxies)
  fail "fetching Go module $module@$version: $errors" \
    "Proxies asked: $(go_proxies | tr '\n' ' ')" "Point GOPROXY to a proxy that serves it unchanged."
}

fetch_modules() {
  local want module version
  while read -r want module version; do
    [[ $want == '#' || -z $want ]] || fetch_module "$want" "$module" "$version"
  done <"$bootstrap/pins/go-modules.txt"
}
