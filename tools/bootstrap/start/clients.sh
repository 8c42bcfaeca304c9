# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the machine's own clients are configured with. No mirror or registry is named in this repository.

# debian_mirror: the Debian archive that apt uses, without a slash at the end.
debian_mirror() {
  local mirror=${RULES_NODE_IMAGE_DEBIAN_MIRROR:-}
  # The dollar is apt's.
  # shellcheck disable=SC2016
  if [[ -z $mirror ]] && type -P apt-get >/dev/null; then
    mirror=$(apt-get indextargets --format '$(SITE)' 2>/dev/null | sed 's|/*$||' | grep '/debian$' | sort -u | head -n 1) || true
  fi
  printf '%s\n' "${mirror%/}"
}

# What the Go command is told about where modules come from.
# shellcheck disable=SC2034
readonly GO_SETTINGS=(GOPROXY GONOPROXY GOPRIVATE GOSUMDB GONOSUMDB GOINSECURE GOAUTH GOVCS)

# go_setting NAME: a variable of the Go command, from the environment or from an installed Go.
go_setting() {
  local name=$1
  if [[ -n ${!name:-} ]]; then
    printf '%s\n' "${!name}"
  elif type -P go >/dev/null; then
    go env "$name" 2>/dev/null || true
  fi
}

# go_proxies: the module proxies, one a line; "direct" and "off" are not proxies.
go_proxies() {
  go_setting GOPROXY | sed 's/[,|]/\n/g' | sed 's|/*$||' | grep -vxE 'direct|off|' || true
}

# npm_registry: what npm is configured with, where a repository rule would not find that by itself.
npm_registry() {
  [[ -z ${npm_config_registry:-}${NPM_CONFIG_REGISTRY:-} ]] || { printf '%s\n' "${npm_config_registry:-$NPM_CONFIG_REGISTRY}"; return; }
  ! grep -qsE '^registry *=' "$HOME/.npmrc" || return 0
  ! type -P npm >/dev/null || (cd / && npm config get registry 2>/dev/null) || true
}

# certificates: the bundle of certificate authorities that the host trusts, if it has one.
certificates() {
  local file
  for file in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
    if [[ -n $file && -r $file ]]; then
      printf '%s\n' "$file"
      return
    fi
  done
}
