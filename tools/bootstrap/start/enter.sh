# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The private root: the host's file tree with /usr and /etc replaced, made with the root's own bubblewrap.

# host_view: fills the array `view` with bubblewrap's options.
host_view() {
  local root=$home/root path file
  view=(
    --ro-bind "$root/usr" /usr --ro-bind "$root/etc" /etc
    --symlink usr/bin /bin --symlink usr/sbin /sbin --symlink usr/lib /lib --symlink usr/lib64 /lib64
  )
  for path in /*; do
    case $path in
      /usr | /etc | /bin | /sbin | /lib* | /lost+found | /dev | /proc) ;;
      *) if [[ -L $path ]]; then view+=(--symlink "$(readlink "$path")" "$path"); else view+=(--bind "$path" "$path"); fi ;;
    esac
  done
  # The host's /proc as it is: bubblewrap's own has parts masked, and then the kernel lets nobody in there mount
  # another one. Bazel's linux-sandbox needs that; without it Bazel silently runs actions with the network.
  view+=(--dev-bind /dev /dev --dev-bind /proc /proc)
  for file in resolv.conf hosts passwd group localtime; do
    [[ ! -e /etc/$file ]] || view+=(--ro-bind "/etc/$file" "/etc/$file")
  done
  [[ ! -r /etc/ssl/certs/ca-certificates.crt ]] || view+=(--ro-bind /etc/ssl /etc/ssl)
  view+=(
    --unsetenv CC --unsetenv CXX --unsetenv GOROOT --unsetenv LD_PRELOAD --unsetenv LD_LIBRARY_PATH
    --setenv PATH /usr/bin:/bin --setenv JAVA_HOME /usr/lib/jvm/default-java --unsetenv LANGUAGE --setenv LC_ALL C.UTF-8
  )
}

# enter COMMAND...: replaces this process by COMMAND in the private root. The loader is named because the host may be
# older than the root's C library, and have no bubblewrap. What else the caller wants goes into the array `extra_view`.
enter() {
  local root=$home/root
  local -a view=()
  case $PWD/ in
    /usr/* | /etc/* | /bin/* | /sbin/* | /lib*/*) fail "the folder $PWD is out of Bazel's sight: the private root has its own /${PWD#/}" \
      "Work in a folder outside /usr, /etc and /lib." ;;
    *) ;;
  esac
  host_view
  exec "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" "$root/usr/bin/bwrap" \
    "${view[@]}" ${extra_view[@]+"${extra_view[@]}"} --chdir "$PWD" -- "$@"
}
