# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The cache survives what happens to caches.

# wait_for PATH
wait_for() {
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    [[ ! -e $1 ]] || return 0
    sleep 0.1
  done
  problem "waited a minute for $1"
}

# One story, as each rebuild takes half a minute: damage, a repair killed half way, two more at once, all well.
test_damage_is_repaired_in_spite_of_a_kill_and_a_rival() {
  with_downloads
  with_installation
  local damaged=$store/$key/root/usr/share/bazel/A-server.jar size
  size=$(stat --format %s "$damaged")
  rm "$damaged"
  echo 'half a jar' >"$damaged"

  (cd "$own" && exec env XDG_CACHE_HOME="$own/cache" setsid "$launcher" --version >"$own/out" 2>"$own/err") &
  local launched=$!
  wait_for "$store/.building/root/usr/bin/bazel"
  kill -KILL -- "-$launched"
  wait "$launched" 2>/dev/null || true
  expect err "the installation in $store/$key is damaged: building it anew"
  expect_empty out

  (cd "$own" && XDG_CACHE_HOME=$own/cache "$launcher" --version >"$own/rival.out" 2>"$own/rival.err") &
  wait_for "$store/.building"
  launch --version
  wait $! || problem "the rival failed: $(<"$own/rival.err")"
  expect_code 0
  cat "$own/rival.err" >>"$own/err"
  expect err 'another tools/bazel is bootstrapping: waiting for it'
  [[ $(<"$own/out") == 'bazel 7.7.'* && $(<"$own/rival.out") == 'bazel 7.7.'* ]] || problem "want two versions"
  [[ $(stat --format %s "$damaged") == "$size" ]] || problem "want $damaged of $size bytes"
  [[ ! -e $store/.building && ! -e $store/.damaged ]] || problem "want no left-overs in $store"
  [[ $(grep -c 'Bazel is ready' "$own/err") == 1 ]] || problem "want one of two to build"
}

test_nothing_of_the_host_is_changed() {
  local changed
  changed=$(find /var/lib/apt /var/lib/dpkg /var/cache/apt /etc/apt -newer "$scratch" 2>/dev/null) || true
  [[ -z $changed ]] || problem "want apt's own folders untouched, changed: $changed"
}
