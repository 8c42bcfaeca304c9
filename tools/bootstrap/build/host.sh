# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the bootstrap needs of the machine. Everything missing is said at once, with the way out.

require_host() {
  local tool
  local -a missing=()
  [[ $(uname -sm) == 'Linux x86_64' ]] || fail "bootstrapping Bazel works on Linux x86_64 only, this is $(uname -sm)" \
    "Install bazelisk, and set RULES_NODE_IMAGE_BOOTSTRAP=never."
  for tool in apt-get apt-cache dpkg-deb; do
    type -P "$tool" >/dev/null || missing+=("$tool")
  done
  ((${#missing[@]} == 0)) || fail "bootstrapping Bazel needs Debian's apt: no ${missing[*]} here" \
    "Use a machine or container of the Debian family, or install bazelisk."
  for tool in awk find flock sed sha256sum stat tar xargs; do
    type -P "$tool" >/dev/null || missing+=("$tool")
  done
  type -P curl >/dev/null || type -P wget >/dev/null || missing+=("curl or wget")
  ((${#missing[@]} == 0)) || fail "bootstrapping Bazel needs: ${missing[*]}" "Install them with apt-get."
}

require_mirror() {
  local mirror
  mirror=$(debian_mirror)
  [[ -n $mirror ]] || fail "no Debian mirror is configured: 'apt-get indextargets' names no address ending in /debian" \
    "Set RULES_NODE_IMAGE_DEBIAN_MIRROR to the address of a Debian archive."
  printf '%s\n' "$mirror"
}

require_proxies() {
  [[ -n $(go_proxies) ]] || fail "no Go module proxy is configured: GOPROXY is not set, and no installed Go names one" \
    "Set GOPROXY to the address of a Go module proxy. (\"direct\" is not enough: rules_go and gazelle come from there.)"
}

# check_sandbox: Bazel does not say when it falls back to a sandbox with the network. We do.
check_sandbox() {
  local out
  if ! out=$(cd / && enter /bin/true 2>&1); then
    fail "the private root cannot be entered: ${out##*$'\n'}" \
      "An ordinary user needs user namespaces: see kernel.unprivileged_userns_clone, user.max_user_namespaces and" \
      "kernel.apparmor_restrict_unprivileged_userns in sysctl. In a container: allow them, or run as root with CAP_SYS_ADMIN."
  fi
  # The kernel's list of network devices: two head lines, then "lo:" alone.
  # shellcheck disable=SC2016
  out=$(cd "$home" && enter /usr/share/bazel/linux-sandbox -N -- /bin/sh -c 'grep -c : /proc/net/dev' 2>&1) || true
  [[ $out == 1 ]] || say "warning: Bazel's linux-sandbox does not work here, so actions are NOT cut off from the network: ${out##*$'\n'}"
}
