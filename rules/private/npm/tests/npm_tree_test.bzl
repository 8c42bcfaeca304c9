# SPDX-License-Identifier: Apache-2.0
"""Analysis tests of npm_tree."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:providers.bzl", "NpmTreeInfo")
load("//rules/private:npm_tree.bzl", "npm_tree")

def _provides_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    tree = target[NpmTreeInfo]
    asserts.equals(env, "plan.jsonl", tree.plan.basename)
    asserts.equals(env, "prune.json", tree.report.basename)
    asserts.equals(env, [("a.tgz", "sha512-B"), ("b.tgz", "sha512-a")], [(tarball.file.basename, tarball.integrity) for tarball in tree.tarballs])
    asserts.equals(env, ["plan.jsonl", "prune.json"], sorted([file.basename for file in target[DefaultInfo].files.to_list()]))
    return analysistest.end(env)

_provides_test = analysistest.make(_provides_impl)

def _refuses_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.text)
    return analysistest.end(env)

_refuses_test = analysistest.make(_refuses_impl, expect_failure = True, attrs = {"text": attr.string(mandatory = True)})

def _subject(name, **attributes):
    npm_tree(name = name, lockfile = "//app:package-lock.json", tags = ["manual"], **attributes)

def npm_tree_tests(name):
    """Declares the tests and their subjects.

    Args:
      name: the tests' folder.
    """
    _subject(name + "_good", plan = "plan.jsonl", report = "prune.json", tarballs = {"b.tgz": "sha512-a", "a.tgz": "sha512-B"})
    _provides_test(name = name + "/provides", target_under_test = name + "_good")

    _subject(name + "_error", error = "planning node_modules of //app:package-lock.json: no")
    _refuses_test(name = name + "/error", target_under_test = name + "_error", text = "planning node_modules of //app:package-lock.json: no")

    _subject(name + "_unset")
    _refuses_test(
        name = name + "/unset",
        target_under_test = name + "_unset",
        text = "//rules/private/npm/tests:{}_unset: plan and report of //app:package-lock.json are not set, expected both where there is no error".format(name),
    )

    native.filegroup(name = name + "_two_files", srcs = ["a.tgz", "b.tgz"], tags = ["manual"])
    _subject(name + "_two", plan = "plan.jsonl", report = "prune.json", tarballs = {name + "_two_files": "sha512-a"})
    _refuses_test(
        name = name + "/two",
        target_under_test = name + "_two",
        text = "//rules/private/npm/tests:{0}_two_files has 2 files, expected the one tarball of integrity sha512-a".format(name),
    )
