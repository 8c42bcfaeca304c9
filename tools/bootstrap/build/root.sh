# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The private root: packages unpacked without their maintainer scripts, and by hand the few things that those do and
# Bazel needs.

# root_unpack ROOT DEBS
root_unpack() {
  local root=$1 debs=$2 dir
  for dir in bin sbin lib lib64; do
    mkdir -p "$root/usr/$dir"
    ln -s "usr/$dir" "$root/$dir"
  done
  # shellcheck disable=SC2016
  awk -v dir="$debs" '{ print dir "/" $1 }' "$apt/plan" | xargs -P "$(nproc)" -n 8 bash -c 'set -euo pipefail
    root=$0
    for deb; do
      dpkg-deb --fsys-tarfile "$deb" | tar --extract --directory "$root" --keep-directory-symlink --no-same-owner --no-same-permissions \
        --exclude "./usr/share/doc/*" --exclude "./usr/share/man/*" --exclude "./usr/share/locale/*"
    done' "$root" || fail "unpacking Debian packages into $root: see above" "Is the disk full?"
}

# root_settle ROOT
root_settle() {
  local root=$1 name
  root_alternatives "$root"
  cat "$root"/usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
  # Places to mount the host's files and our settings on.
  for name in resolv.conf hosts passwd group localtime; do
    rm -f "$root/etc/$name"
    : >"$root/etc/$name"
  done
  : >"$root/etc/bazel/bazelrc"
}

# root_alternatives ROOT: names that update-alternatives would have made.
root_alternatives() {
  local root=$1 link
  for link in awk=mawk cc=gcc c++=g++ which=which.debianutils sh=dash \
    java=../lib/jvm/default-java/bin/java javac=../lib/jvm/default-java/bin/javac jar=../lib/jvm/default-java/bin/jar \
    keytool=../lib/jvm/default-java/bin/keytool; do
    [[ -e $root/usr/bin/${link%%=*} ]] || ln -s "${link#*=}" "$root/usr/bin/${link%%=*}"
    [[ -e $root/usr/bin/${link%%=*} ]] || fail "making /usr/bin/${link%%=*} in the private root: it has no ${link#*=}"
  done
}
