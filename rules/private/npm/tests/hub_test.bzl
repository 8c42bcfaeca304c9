# SPDX-License-Identifier: Apache-2.0
"""Tests of hub.bzl and repository_names.bzl: a whole hub repository, file by file."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/npm:hub.bzl", "hub")
load("//rules/private/npm:repository_names.bzl", "repository_names")
load("//rules/private/npm:target_platform.bzl", "target_platform")
load(":asserts.bzl", "table_impl")
load(":lockfiles.bzl", "integrity_of", "package", "read_lockfile")

_A = integrity_of("A")
_B = integrity_of("B")
_C = integrity_of("C")

def _files(packages, root):
    return hub.files(
        lock = read_lockfile(packages, root),
        legacy_peer_deps = False,
        node_version = "24.21.0",
        repositories = {_A: "npm__a", _B: "npm__b", _C: "npm__c"},
        settings = {platform.name: "//platforms:is_" + platform.name for platform in target_platform.ALL},
        npm_tree = "//rules/private:npm_tree.bzl",
        example_platform = "//platforms:linux_amd64_gnu",
    )

_SAME = {
    "node_modules/@s/b": package(integrity = _B, bin = {"b": "bin/b.js"}, bundleDependencies = ["c"]),
    "node_modules/@s/b/node_modules/c": {"version": "3.0.0", "inBundle": True},
    "node_modules/alias": package(name = "a"),
    "node_modules/tool": package(integrity = _C),
}
_SAME_ROOT = {"dependencies": {"@s/b": "1", "alias": "npm:a@1"}, "devDependencies": {"tool": "1"}}

_SAME_PLAN = """\
{{"bin":{{"b":"bin/b.js"}},"integrity":"{b}","name":"@s/b","path":"node_modules/@s/b","version":"1.0.0"}}
{{"bundled":true,"integrity":"","name":"c","path":"node_modules/@s/b/node_modules/c","version":"3.0.0"}}
{{"integrity":"{a}","name":"a","path":"node_modules/alias","version":"1.0.0"}}
""".format(a = _A, b = _B)

_SAME_REPORT = {
    "set": "production",
    "packages": [
        {"path": "node_modules/@s/b", "name": "@s/b", "version": "1.0.0", "kept": True, "reason": "production"},
        {"path": "node_modules/@s/b/node_modules/c", "name": "c", "version": "3.0.0", "kept": True, "reason": "bundled with node_modules/@s/b"},
        {"path": "node_modules/alias", "name": "a", "version": "1.0.0", "kept": True, "reason": "production"},
        {"path": "node_modules/tool", "name": "tool", "version": "1.0.0", "kept": False, "reason": "development only"},
    ],
    "notes": [],
}

_SAME_BUILD = """\
# The npm packages of //app:package-lock.json.
load("//rules/private:npm_tree.bzl", "npm_tree")

package(default_visibility = ["//visibility:public"])

_NO_PLATFORM = "The target platform is none of linux_amd64_gnu, linux_arm64_gnu, linux_amd64_musl, linux_arm64_musl, expected one of these. \
Set `platform` on node_app_image, or build with --platforms=//platforms:linux_amd64_gnu or its like."

npm_tree(
    name = "production",
    lockfile = "//app:package-lock.json",
    plan = select({{
        "//platforms:is_linux_amd64_gnu": "production.plan.jsonl",
        "//platforms:is_linux_arm64_gnu": "production.plan.jsonl",
        "//platforms:is_linux_amd64_musl": "production.plan.jsonl",
        "//platforms:is_linux_arm64_musl": "production.plan.jsonl",
    }}, no_match_error = _NO_PLATFORM),
    report = select({{
        "//platforms:is_linux_amd64_gnu": "production.prune.json",
        "//platforms:is_linux_arm64_gnu": "production.prune.json",
        "//platforms:is_linux_amd64_musl": "production.prune.json",
        "//platforms:is_linux_arm64_musl": "production.prune.json",
    }}, no_match_error = _NO_PLATFORM),
    tarballs = {{
        "@npm__a//:package.tgz": "{a}",
        "@npm__b//:package.tgz": "{b}",
    }},
)
""".format(a = _A, b = _B)

def _same_everywhere_impl(ctx):
    env = unittest.begin(ctx)
    files = _files(_SAME, _SAME_ROOT)
    asserts.equals(env, ["BUILD.bazel", "all.plan.jsonl", "all.prune.json", "production.plan.jsonl", "production.prune.json"], sorted(files))
    asserts.equals(env, _SAME_PLAN, files["production.plan.jsonl"])
    asserts.equals(env, _SAME_REPORT, json.decode(files["production.prune.json"]))
    asserts.equals(env, _SAME_BUILD, files["BUILD.bazel"].partition("\nnpm_tree(\n    name = \"all\"")[0])
    return unittest.end(env)

_same_everywhere_test = unittest.make(_same_everywhere_impl)

_DIFFERENT = {
    "node_modules/a": package(optionalDependencies = {"b": "1", "c": "1"}),
    "node_modules/b": package(integrity = _B, cpu = ["x64"]),
    "node_modules/c": package(integrity = _C, cpu = ["arm64"]),
}

_DIFFERENT_TARBALLS = """\
    tarballs = {{
        "@npm__a//:package.tgz": "{a}",
    }} | select({{
        "//platforms:is_linux_amd64_gnu": {{
            "@npm__b//:package.tgz": "{b}",
        }},
        "//platforms:is_linux_arm64_gnu": {{
            "@npm__c//:package.tgz": "{c}",
        }},
        "//platforms:is_linux_amd64_musl": {{
            "@npm__b//:package.tgz": "{b}",
        }},
        "//platforms:is_linux_arm64_musl": {{
            "@npm__c//:package.tgz": "{c}",
        }},
    }}),
""".format(a = _A, b = _B, c = _C)

def _different_impl(ctx):
    env = unittest.begin(ctx)
    files = _files(_DIFFERENT, {"dependencies": {"a": "1"}})
    asserts.true(env, _DIFFERENT_TARBALLS in files["BUILD.bazel"], files["BUILD.bazel"])

    # One file for two platforms that agree.
    plans = [name for name in sorted(files) if name.startswith("production.") and name.endswith(".plan.jsonl")]
    asserts.equals(env, ["production.linux_amd64_gnu.plan.jsonl", "production.linux_arm64_gnu.plan.jsonl"], plans)
    asserts.true(env, "\"//platforms:is_linux_arm64_musl\": \"production.linux_arm64_gnu.plan.jsonl\"" in files["BUILD.bazel"])
    return unittest.end(env)

_different_test = unittest.make(_different_impl)

def _refused_impl(ctx):
    env = unittest.begin(ctx)
    files = _files({"node_modules/a": package(cpu = ["x64"])}, {"dependencies": {"a": "1"}})
    build = files["BUILD.bazel"]
    asserts.true(env, "    error = select({\n        \"//platforms:is_linux_amd64_gnu\": \"\",\n        \"//platforms:is_linux_arm64_gnu\": \"planning node_modules" in build, build)
    asserts.true(env, "\"//platforms:is_linux_arm64_gnu\": None,\n        \"//platforms:is_linux_amd64_musl\": \"production.linux_amd64_gnu.plan.jsonl\"" in build, build)
    return unittest.end(env)

_refused_test = unittest.make(_refused_impl)

def _tarball_name(name, version, taken):
    lock = read_lockfile({"node_modules/x": package(name = name, version = version, integrity = integrity_of("/"))})
    return repository_names.tarball(lock.packages["node_modules/x"], taken)

_tarball_name_test = unittest.make(table_impl(_tarball_name, [
    (("express", "4.18.2", {}), "npm__express__4.18.2__" + "_" * 12),
    (("@s/a", "1.0.0-rc.1+x", {}), "npm__s-a__1.0.0-rc.1-x__" + "_" * 12),
    (("a", "1.0.0", {"npm__a__1.0.0__" + "_" * 12: None}), "npm__a__1.0.0__sha512-" + "_" * 86),
]))

_chosen_twice_test = unittest.make(table_impl(lambda *choices: repository_names.chosen_twice(choices), [
    ((("app", "npm", "//a:package-lock.json"), ("app", "npm2", "//a:package-lock.json")), None),
    (
        (("app", "npm", "//a:package-lock.json"), ("lib", "npm", "@@lib//:package-lock.json")),
        "npm.package_lock(name = \"npm\"): found it in module app for //a:package-lock.json and in module lib for @@lib//:package-lock.json, " +
        "expected each name once in the whole build. Rename one, in use_repo too; a module that others depend on best begins its names with its own.",
    ),
]))

def hub_tests(name):
    """Declares the tests.

    Args:
      name: the tests' folder.
    """
    _chosen_twice_test(name = name + "/chosen_twice")
    _different_test(name = name + "/different")
    _refused_test(name = name + "/refused")
    _same_everywhere_test(name = name + "/same_everywhere")
    _tarball_name_test(name = name + "/tarball_name")
