# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What stands in the way of a bootstrap is said, with names and a way out, and nothing is left half-written.

test_no_apt_is_named() {
  narrow_path "$own/bin" apt-get apt-cache curl
  PATH=$own/bin launch --version
  expect_code 1
  expect err "needs Debian's apt: no dpkg-deb here"
  expect_no_installation
}

test_no_downloader_is_named() {
  narrow_path "$own/bin" apt-get apt-cache dpkg-deb
  PATH=$own/bin launch --version
  expect_code 1
  expect err 'needs: curl or wget'
}

test_no_mirror_is_named() {
  narrow_path "$own/bin" apt-cache dpkg-deb curl
  ln -s "$(type -P true)" "$own/bin/apt-get"
  PATH=$own/bin launch --version
  expect_code 1
  expect err 'no Debian mirror is configured'
  expect err 'RULES_NODE_IMAGE_DEBIAN_MIRROR'
  expect_no_installation
}

test_no_proxy_is_named() {
  GOPROXY=direct launch --version
  expect_code 1
  expect err 'no Go module proxy is configured'
  narrow_path "$own/bin" apt-get apt-cache dpkg-deb curl
  (
    unset GOPROXY
    PATH=$own/bin launch --version
    expect_code 1
    expect err 'no Go module proxy is configured: GOPROXY is not set'
  )
  expect_no_installation
}

test_a_mirror_without_indexes_is_named() {
  with_downloads
  RULES_NODE_IMAGE_DEBIAN_MIRROR=file:$own/nothing/debian launch --version
  expect_code 1
  expect err "reading the package indexes of file:$own/nothing/debian: want trixie and one of forky sid, got none"
  expect_empty out
  expect_no_installation
}

test_an_unsigned_index_is_refused() {
  with_downloads
  mirror_of_index "$own/debian"
  sed 's/^Codename: .*/Codename: mallory/' "$scratch/index/dists/trixie/InRelease" >"$own/InRelease"
  mv "$own/InRelease" "$own/debian/dists/trixie/InRelease"
  RULES_NODE_IMAGE_DEBIAN_MIRROR=file:$own/debian launch --version
  expect_code 1
  expect err "reading the package indexes of file:$own/debian"
  expect_no_installation
}

test_a_missing_package_is_named() {
  with_downloads
  mirror_of_index "$own/debian"
  # It comes in one version in all suites that have a usable one, so there is nothing to fall back to.
  rm -f "$store"/downloads/debs/bazel-bootstrap-data_* "$own"/debian/pool/main/b/bazel-bootstrap/bazel-bootstrap-data_*
  RULES_NODE_IMAGE_DEBIAN_MIRROR=file:$own/debian launch --version
  expect_code 1
  expect err "file:$own/debian lists bazel-bootstrap-data_"
  expect err "Listed but missing: copy:$own/debian/pool/main/b/bazel-bootstrap/bazel-bootstrap-data_"
  expect_empty out
  expect_no_installation
}

# proxy_with_wrong_zip DIR
proxy_with_wrong_zip() {
  mkdir -p "$1/github.com/bazelbuild/rules_go/@v"
  echo 'no zip' >"$1/github.com/bazelbuild/rules_go/@v/v0.59.0.zip"
}

# The build is kept from going on by a proxy that serves rubbish.
test_a_missing_package_is_taken_from_another_suite() {
  type -P curl xz >/dev/null || exit 77
  local listed mirror
  with_downloads
  mirror_of_index "$own/debian"
  listed=$(xz -dc "$own/debian/dists/forky/main/binary-amd64/Packages.xz" | sed -n 's|^Filename: \(pool/main/n/netbase/netbase_.*\)|\1|p')
  rm "$store"/downloads/debs/netbase_* "$own"/debian/pool/main/n/netbase/* "$store/downloads/rules_go-v0.59.0.zip"
  mirror=$(bash -c 'source "$1/start/clients.sh" && debian_mirror' - "$here")
  curl -sfLo "$own/debian/$listed" "$mirror/$listed" || exit 77
  proxy_with_wrong_zip "$own/proxy"
  GOPROXY=file://$own/proxy RULES_NODE_IMAGE_DEBIAN_MIRROR=file:$own/debian launch --version
  expect_code 1
  expect err "file:$own/debian lists netbase_"
  expect err 'Debian packages are here and verified'
  [[ -e $store/downloads/debs/${listed##*/} ]] || problem "want ${listed##*/} downloaded"
}

test_a_wrong_checksum_is_named() {
  type -P curl >/dev/null || exit 77 # wget reads no file: address
  with_downloads
  rm "$store/downloads/rules_go-v0.59.0.zip"
  proxy_with_wrong_zip "$own/proxy"
  GOPROXY=file://$own/proxy launch --version
  expect_code 1
  expect err 'fetching Go module github.com/bazelbuild/rules_go@v0.59.0'
  expect err "rules_go/@v/v0.59.0.zip has a wrong checksum: got sha256 $(sha256sum <"$own/proxy/github.com/bazelbuild/rules_go/@v/v0.59.0.zip" | cut -d' ' -f1)"
  expect err "want $(sed -n 's|^\([0-9a-f]*\) .*/rules_go .*|\1|p' "$here/pins/go-modules.txt")"
  [[ ! -e $store/downloads/rules_go-v0.59.0.zip && ! -e $store/downloads/rules_go-v0.59.0.zip.part ]] || problem "want the wrong file gone"
  expect_no_installation
}
