# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the tests share: scratch folders beside the real cache (hard links need one file system), runs, expectations.

launcher=$here/../bazel
caches=${XDG_CACHE_HOME:-$HOME/.cache}
real=$caches/rules_node_image/bootstrap
scratch='' # this run's folder
own=''     # this test's folder; its cache is $own/cache
store=''   # the test's installations

key=$(bash -c 'bootstrap=$1 && source "$1/start/store.sh" && store_key' - "$here")

fixture_setup() {
  unset BAZEL_REAL
  export RULES_NODE_IMAGE_BOOTSTRAP=always
  (cd / && "$launcher" --version >/dev/null)
  scratch=$(mktemp -d "$caches/rules_node_image/test.XXXXXX")
}

fixture_teardown() {
  [[ ! -d $scratch/workspace ]] || (cd "$scratch/workspace" && "$launcher" shutdown >/dev/null 2>&1) || true
  rm -rf "$scratch"
}

fixture_begin() {
  own=$scratch/$1
  store=$own/cache/rules_node_image/bootstrap
  mkdir -p "$store"
}

# with_downloads: the test's cache has all that was ever downloaded, as hard links.
with_downloads() {
  cp -al "$real/downloads" "$store/"
}

# with_installation: a copy of the finished installation. Replace its files, never write into them.
with_installation() {
  cp -al "$real/$key" "$store/"
}

# launch ARGS...: runs the launcher on the test's cache; fills code, $own/out and $own/err.
launch() {
  code=0
  (cd "$own" && XDG_CACHE_HOME=$own/cache "$launcher" "$@" >"$own/out" 2>"$own/err") || code=$?
}

# narrow_path DIR TOOL...: a folder with links to just these tools and those that the launcher always needs.
narrow_path() {
  local dir=$1 tool
  shift
  mkdir -p "$dir"
  for tool in awk bash cat chmod cp cut env find flock grep head ln ls mkdir mktemp mv nproc readlink rm sed sha256sum sort stat tail tar tr \
    uname wc xargs "$@"; do
    ln -sf "$(type -P "$tool")" "$dir/$tool"
  done
}

expect_code() {
  [[ $code == "$1" ]] || problem "want exit code $1, got $code"
}

# expect FILE TEXT: the text is in the test's file `out` or `err`.
expect() {
  grep -qF -- "$2" "$own/$1" || problem "want in $1: $2"
}

expect_empty() {
  [[ ! -s $own/$1 ]] || problem "want nothing on $1"
}

# expect_no_installation: nothing half-written in the way.
expect_no_installation() {
  [[ ! -e $store/$key ]] || problem "want no $store/$key"
}

problem() {
  printf '      %s\n' "$*" >&2
  [[ ! -s $own/err ]] || sed 's/^/      err: /' "$own/err" >&2
  [[ ! -s $own/out ]] || sed 's/^/      out: /' "$own/out" >&2
  exit 1
}

# mirror_of_index DIR: a Debian mirror on disk with the real, signed indexes, and of the packages only those that are
# downloaded already.
mirror_of_index() {
  local dir=$1 mirror suite file sum
  mirror=$(bash -c 'source "$1/start/clients.sh" && debian_mirror' - "$here")
  if [[ ! -d $scratch/index ]]; then
    while read -r suite _; do
      [[ $suite != '#' ]] || continue
      mkdir -p "$scratch/index/dists/$suite/main/binary-amd64/by-hash/SHA256"
      for file in InRelease main/binary-amd64/Packages.xz; do
        curl -sfLo "$scratch/index/dists/$suite/$file" "$mirror/dists/$suite/$file"
      done
      file=$scratch/index/dists/$suite/main/binary-amd64/Packages.xz
      sum=$(sha256sum <"$file")
      ln "$file" "${file%/*}/by-hash/SHA256/${sum%% *}"
    done <"$here/pins/suites.txt"
  fi
  mkdir -p "$dir"
  cp -al "$scratch/index/dists" "$dir/"
  local name address
  while read -r name address _; do
    address=$dir/${address#*/debian/}
    address=${address//%2b/+}
    mkdir -p "${address%/*}"
    ln "$real/downloads/debs/$name" "$address"
  done <"$real/apt/plan"
}
