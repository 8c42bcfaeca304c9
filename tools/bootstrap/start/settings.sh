# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What Bazel is told about this machine, without a word in the workspace's .bazelrc. Asking go and npm is slow, so the
# answers are kept in a folder named after everything that they depend on. The certificates are kept apart, under their
# own checksum: Bazel's server restarts when its truststore changes, and must not when only GOPROXY does.

settings='' # the folder in use, set by settings_load

settings_load() {
  local key
  key=$(settings_inputs | sha256sum)
  settings=$home/settings/${key:0:16}
  [[ -e $settings/defaults.bazelrc ]] || settings_write
  # Read by enter.
  # shellcheck disable=SC2034
  extra_view=(
    --ro-bind "$settings/defaults.bazelrc" /etc/bazel/bazelrc
    --setenv SSL_CERT_FILE "$(<"$settings/certificates")" --unsetenv SSL_CERT_DIR
  )
}

settings_inputs() {
  local name
  for name in HOME XDG_CACHE_HOME XDG_CONFIG_HOME RULES_NODE_IMAGE_DEBIAN_MIRROR npm_config_registry NPM_CONFIG_REGISTRY \
    NPM_CONFIG_USERCONFIG SSL_CERT_FILE "${GO_SETTINGS[@]}"; do
    printf '%s=%s\n' "$name" "${!name:-}"
  done
  type -P go npm apt-get || true
  stat --dereference --format '%n %Y %s' "${BASH_SOURCE[0]}" "$HOME/.npmrc" /etc/npmrc /etc/apt/sources.list /etc/apt/sources.list.d \
    "${XDG_CONFIG_HOME:-$HOME/.config}/go/env" "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" 2>/dev/null || true
}

# settings_write: into a folder of its own (mktemp's mode: an address may carry a password), then renamed, as two
# launchers may be at it.
settings_write() {
  local final=$settings trust
  mkdir -p "${final%/*}"
  settings=$(mktemp -d "$final.XXXXXX")
  trust=$(trust_write)
  printf '%s\n' "$trust/certificates.pem" >"$settings/certificates"
  defaults_bazelrc "$trust/truststore.p12" >"$settings/defaults.bazelrc"
  forced_bazelrc >"$settings/forced.bazelrc"
  mv --no-target-directory "$settings" "$final" 2>/dev/null || rm -rf "$settings"
  settings=$final
}

# trust_write: prints the folder with the certificates that the host trusts, as PEM and as Java's truststore.
trust_write() {
  local bundle sum final dir
  bundle=$(certificates)
  bundle=${bundle:-$home/root/etc/ssl/certs/ca-certificates.crt}
  sum=$(sha256sum <"$bundle")
  final=$home/trust/${sum:0:16}
  if [[ ! -e $final ]]; then
    mkdir -p "${final%/*}"
    dir=$(mktemp -d "$final.XXXXXX")
    cat <"$bundle" >"$dir/certificates.pem"
    (cd / && enter /usr/bin/openssl pkcs12 -export -nokeys -jdktrust anyExtendedKeyUsage -passout pass:changeit \
      -in "$dir/certificates.pem" -out "$dir/truststore.p12") || fail "making a Java truststore of $bundle: see above"
    mv --no-target-directory "$dir" "$final" 2>/dev/null || rm -rf "$dir"
  fi
  printf '%s\n' "$final"
}

# defaults_bazelrc TRUSTSTORE: takes the place of the system's bazelrc, which Bazel reads first; the workspace's may differ.
defaults_bazelrc() {
  local name value
  cat <<RC
# Bazel's own files by a path that is good outside too, because runfiles link to them. (So do build/modules.sh's links.)
startup --install_base=$home/root/usr/share/bazel
startup --trust_install_base
startup "--host_jvm_args=-Djavax.net.ssl.trustStore=$1"
startup --host_jvm_args=-Djavax.net.ssl.trustStorePassword=changeit
# Another installation under the same path must not meet a server that was started from the one before.
startup --host_jvm_args=-Drules_node_image.generation=$(<"$home/generation")
common --noenable_workspace
common "--disk_cache=$caches/disk"
common "--repository_cache=$caches/repository"
common --java_runtime_version=local_jdk --tool_java_runtime_version=local_jdk
RC
  # The sandbox has a /tmp of its own, in which sources of modules below /tmp would be missing.
  [[ $home != /tmp/* ]] || printf 'common "--sandbox_add_mount_pair=%s"\n' "$home"
  for name in "${GO_SETTINGS[@]}"; do
    value=$(go_setting "$name")
    repo_env "$name" "$value"
  done
  repo_env RULES_NODE_IMAGE_DEBIAN_MIRROR "$(debian_mirror)"
  repo_env npm_config_registry "$(npm_registry)"
}

repo_env() {
  [[ -z $2 ]] || printf 'common "--repo_env=%s=%s"\n' "$1" "$2"
}

# forced_bazelrc: what makes no sense in any other way here. The lock file is left alone, because it records the
# Central Registry's answers and not those of the local one.
forced_bazelrc() {
  cat <<RC
common "--registry=file://$home/registry"
common --lockfile_mode=off
RC
}
