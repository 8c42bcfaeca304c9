# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Debian packages by apt with private directories: apt resolves, downloads, and verifies against the archive's signed
# indexes. The host's apt configuration counts only for proxies and credentials.

apt=$store/apt

# debian_fetch MIRROR: the wanted packages and all that they depend on, into downloads/debs.
debian_fetch() {
  local mirror=$1 round started=$SECONDS
  mkdir -p "$apt/lists/partial" "$apt/nothing/partial" "$downloads/debs/partial"
  : >"$apt/status"
  : >"$apt/banned"
  : >"$apt/log"
  debian_index "$mirror"
  for round in 1 2 3 4; do
    debian_resolve "$mirror"
    debian_announce
    if debian_download && debian_verify; then
      debian_forget
      say "Debian packages are here and verified after $((SECONDS - started)) s"
      return
    fi
    debian_ban_missing "$mirror"
  done
  fail "fetching Debian packages from $mirror: files are missing from it still after $round attempts" "$(debian_banned)"
}

# apt_run PROGRAM ARGS...: apt with nothing of the host's but how it reaches the network.
apt_run() {
  local program=$1
  shift
  LC_ALL=C DEBIAN_FRONTEND=noninteractive "$program" --config-file="$apt/apt.conf" "$@"
}

# debian_index MIRROR: reads the indexes of as many suites as the mirror has; the first is a must.
debian_index() {
  local mirror=$1 keyring
  keyring=${RULES_NODE_IMAGE_DEBIAN_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}
  [[ -r $keyring ]] || fail "no keyring $keyring to verify Debian's archive with" \
    "Install the package debian-archive-keyring, or set RULES_NODE_IMAGE_DEBIAN_KEYRING."
  debian_configure
  local -a suites
  local suite
  mapfile -t suites < <(awk '!/^#/ { print $1 }' "$bootstrap/pins/suites.txt")
  debian_sources "$mirror" "$keyring" "${suites[@]}"
  apt_run apt-get update >"$apt/log" 2>&1 && return
  # A mirror without testing may still have unstable.
  local -a there=()
  for suite in "${suites[@]}"; do
    debian_sources "$mirror" "$keyring" "$suite"
    ! apt_run apt-get update >>"$apt/log" 2>&1 || there+=("$suite")
  done
  if ((${#there[@]} < 2)) || [[ ${there[0]} != "${suites[0]}" ]]; then
    fail "reading the package indexes of $mirror: want ${suites[0]} and one of ${suites[*]:1}, got ${there[*]:-none}" \
      "$(grep -E '^(E|W):' "$apt/log" | sort -u | head -n 5)" \
      "Set RULES_NODE_IMAGE_DEBIAN_MIRROR to a mirror that has them. If a key is missing, update debian-archive-keyring."
  fi
  debian_sources "$mirror" "$keyring" "${there[@]}"
  apt_run apt-get update >>"$apt/log" 2>&1
}

# debian_sources MIRROR KEYRING SUITE...: a file: mirror is copied from, because apt leaves its packages where they are.
debian_sources() {
  local mirror=${1/#file:/copy:} keyring=$2 suite
  shift 2
  for suite; do
    printf 'deb [arch=amd64 target=Packages signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite"
  done >"$apt/sources.list"
}

debian_configure() {
  cat >"$apt/apt.conf" <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "$apt/preferences";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$apt";
Dir::State::Lists "$apt/lists";
Dir::State::Status "$apt/status";
Dir::Cache "$apt";
Dir::Cache::Archives "$downloads/debs";
Dir::Cache::PkgCache "$apt/pkgcache.bin";
Dir::Cache::SrcPkgCache "$apt/srcpkgcache.bin";
Dir::Log "$apt";
APT::Architecture "amd64";
#clear APT::Architectures;
APT::Architectures { "amd64"; };
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Sandbox::User "";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::Check-Valid-Until "false";
Acquire::ForceHash "SHA256";
Acquire::GzipIndexes "true";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Update::Error-Mode "any";
Binary::apt-get::APT::Keep-Downloaded-Packages "true";
APT::Keep-Downloaded-Packages "true";
Debug::NoLocking "true";
CONF
}

debian_preferences() {
  awk '{ printf "Package: %s\nPin: version %s\nPin-Priority: -1\n\n", $1, $2 }' "$apt/banned"
  # Stable has bazel-bootstrap too, in a version that is years older: no bazel-* may come from there.
  awk '
    /^#/ { next }
    !stable { stable = $1; printf "Package: bazel-*\nPin: release n=%s\nPin-Priority: -1\n\n", $1 }
    { printf "Package: *\nPin: release n=%s\nPin-Priority: %s\n\n", $1, $2 }
  ' "$bootstrap/pins/suites.txt"
}

# debian_resolve MIRROR: writes apt/plan, one line "file name, address, size, sha256" for each package.
debian_resolve() {
  local mirror=$1
  local -a wanted
  debian_preferences >"$apt/preferences"
  mapfile -t wanted < <(grep -v '^#' "$bootstrap/pins/debian-packages.txt")
  apt_run apt-get install --print-uris --yes -o Dir::Cache::Archives="$apt/nothing" "${wanted[@]}" >"$apt/resolved" 2>>"$apt/log" || fail \
    "resolving Debian packages from $mirror: $(tail -n 1 "$apt/log")" \
    "$(grep -E '^ [a-z0-9.+-]+ : |Depends' "$apt/resolved" | head -n 5)" "$(debian_banned)" \
    "Set RULES_NODE_IMAGE_DEBIAN_MIRROR to a mirror whose indexes and pool agree."
  awk -F "'" '/^\047/ { split($3, field, " "); sub("SHA256:", "", field[3]); print field[1], $2, field[2], field[3] }' "$apt/resolved" >"$apt/plan"
  [[ -s $apt/plan ]] || fail "resolving Debian packages from $mirror: apt planned nothing" "See $apt/resolved."
}

# debian_announce: what is still to be fetched, after an interruption or when the bootstrap changed.
debian_announce() {
  local name size count=0 bytes=0
  while read -r name _ size _; do
    [[ ! -e $downloads/debs/$name ]] || continue
    count=$((count + 1)) bytes=$((bytes + size))
  done <"$apt/plan"
  ((count == 0)) || say "fetching $count of $(wc -l <"$apt/plan") Debian packages, $((bytes / 1000000)) MB"
}

debian_download() {
  local -a wanted
  mapfile -t wanted < <(grep -v '^#' "$bootstrap/pins/debian-packages.txt")
  apt_run apt-get install --download-only --yes "${wanted[@]}" >"$apt/download.log" 2>&1
}

# debian_verify: each planned file against the signed index once more, as apt trusts an old download's size.
debian_verify() {
  local name bad
  bad=$(cd "$downloads/debs" && awk '{ print $4 "  " $1 }' "$apt/plan" | sha256sum --check --quiet 2>/dev/null | sed -n 's/: FAILED.*//p')
  [[ -n $bad ]] || return 0
  while read -r name; do
    rm -f "$downloads/debs/$name"
  done <<<"$bad"
  debian_download
}

# debian_ban_missing MIRROR: an index may list files that the pool does not have. Without those versions apt turns to
# the next suite. Anything else that went wrong ends here.
debian_ban_missing() {
  local mirror=$1 name address stem version banned=0
  while read -r name address _; do
    [[ ! -e $downloads/debs/$name ]] || continue
    stem=${name%_*}
    version=${stem#*_}
    version=${version//%3a/:}
    grep -F "Failed to fetch $address " "$apt/download.log" | grep -qE '404|[Nn]ot [Ff]ound|No such file' || continue
    say "$mirror lists ${address##*/} but does not have it: trying another suite"
    printf '%s %s %s\n' "${stem%%_*}" "$version" "$address" >>"$apt/banned"
    banned=1
  done <"$apt/plan"
  ((banned)) || fail "fetching Debian packages from $mirror: $(grep -E '^E: ' "$apt/download.log" | head -n 1)" \
    "$(grep -E '^(Err|  )' "$apt/download.log" | head -n 5)"
}

debian_banned() {
  [[ ! -s $apt/banned ]] || awk '{ print "Listed but missing: " $3 }' "$apt/banned"
}

# debian_forget: the indexes are some 200 MB, and packages that are no longer wanted would pile up.
debian_forget() {
  local file
  rm -rf "$apt/lists" "$apt"/*.bin
  for file in "$downloads"/debs/*.deb; do
    grep -qF "${file##*/} " "$apt/plan" || rm -f "$file"
  done
}
