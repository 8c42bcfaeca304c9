# SPDX-License-Identifier: Apache-2.0
"""Tests of target_platform.bzl, with names and fields of published packages."""

load("@bazel_skylib//lib:unittest.bzl", "unittest")
load("//rules/private/npm:target_platform.bzl", "target_platform")
load(":asserts.bzl", "table_impl")
load(":lockfiles.bzl", "package", "read_lockfile")

_BY_NAME = {platform.name: platform for platform in target_platform.ALL}

_allows_test = unittest.make(table_impl(target_platform.allows, [
    ((None, "linux"), True),
    ((["any"], "linux"), True),
    ((["linux"], "linux"), True),
    ((["darwin", "linux"], "linux"), True),
    ((["darwin"], "linux"), False),
    ((["!win32"], "linux"), True),
    ((["!win32", "!darwin"], "linux"), True),
    ((["!linux"], "linux"), False),
    ((["linux", "!linux"], "linux"), False),
    ((["!win32", "darwin"], "linux"), False),
    (([], "linux"), True),
]))

_SIBLINGS = {
    "@img/sharp-linux-x64": None,
    "@img/sharp-linuxmusl-x64": None,
    "@biomejs/cli-linux-x64": None,
    "@biomejs/cli-linux-x64-musl": None,
    "@esbuild/linux-x64": None,
}

_named_libc_test = unittest.make(table_impl(lambda name: target_platform.named_libc(name, _SIBLINGS), [
    ("@swc/core-linux-x64-gnu", "glibc"),
    ("@swc/core-linux-x64-musl", "musl"),
    ("@parcel/watcher-linux-arm64-glibc", "glibc"),
    ("@rollup/rollup-linux-arm-musleabihf", "musl"),
    ("@img/sharp-linuxmusl-x64", "musl"),
    ("@img/sharp-linux-x64", "glibc"),
    ("@biomejs/cli-linux-x64", "glibc"),
    # Neither has a musl sibling: they run on both.
    ("@esbuild/linux-x64", None),
    ("turbo-linux-64", None),
    ("gnuplot", None),
]))

def _optional_misfit(fields, platform):
    lock = read_lockfile({"node_modules/x": package(**fields)})
    return target_platform.optional_misfit(lock.packages["node_modules/x"], _BY_NAME[platform], _SIBLINGS, "24.21.0")

_optional_misfit_test = unittest.make(table_impl(_optional_misfit, [
    (({}, "linux_amd64_gnu"), None),
    (({"os": ["darwin"]}, "linux_amd64_gnu"), "os [darwin] does not allow linux"),
    (({"os": "darwin"}, "linux_amd64_gnu"), "os [darwin] does not allow linux"),
    (({"os": ["linux"], "cpu": ["arm64", "arm"]}, "linux_amd64_gnu"), "cpu [arm64, arm] does not allow x64"),
    (({"os": ["linux"], "cpu": ["arm64", "arm"]}, "linux_arm64_gnu"), None),
    (({"libc": ["glibc"]}, "linux_amd64_musl"), "libc [glibc] does not allow musl"),
    (({"libc": ["glibc"]}, "linux_amd64_gnu"), None),
    (({"engines": {"node": "<20"}}, "linux_amd64_gnu"), "engines.node \"<20\" does not allow 24.21.0"),
    (({"engines": ["node >=0.6"]}, "linux_amd64_gnu"), None),
    # Written by npm before 10.4: no libc.
    (({"name": "@img/sharp-linuxmusl-x64", "os": ["linux"], "cpu": ["x64"]}, "linux_amd64_gnu"), "named for musl, not for glibc (the lockfile has no libc field)"),
    (({"name": "@img/sharp-linux-x64", "os": ["linux"], "cpu": ["x64"]}, "linux_amd64_musl"), "named for glibc, not for musl (the lockfile has no libc field)"),
    (({"name": "@img/sharp-linux-x64", "os": ["linux"], "cpu": ["x64"]}, "linux_amd64_gnu"), None),
    # The field counts where it is there, and a name alone makes no platform package.
    (({"name": "odd-musl", "os": ["linux"], "libc": ["glibc"]}, "linux_amd64_gnu"), None),
    (({"name": "odd-musl"}, "linux_amd64_gnu"), None),
]))

_is_named_for_test = unittest.make(table_impl(lambda name, platform: target_platform.is_named_for(name, _BY_NAME[platform], _SIBLINGS), [
    (("@rollup/rollup-linux-x64-gnu", "linux_amd64_gnu"), True),
    (("@rollup/rollup-linux-x64-gnu", "linux_amd64_musl"), False),
    (("@rollup/rollup-linux-x64-gnu", "linux_arm64_gnu"), False),
    (("@img/sharp-linuxmusl-x64", "linux_amd64_musl"), True),
    (("@esbuild/linux-x64", "linux_amd64_musl"), True),
    (("@esbuild/darwin-x64", "linux_amd64_gnu"), False),
    (("fsevents", "linux_amd64_gnu"), False),
]))

def target_platform_tests(name):
    """Declares the tests.

    Args:
      name: the tests' folder.
    """
    _allows_test(name = name + "/allows")
    _is_named_for_test(name = name + "/is_named_for")
    _named_libc_test(name = name + "/named_libc")
    _optional_misfit_test(name = name + "/optional_misfit")
