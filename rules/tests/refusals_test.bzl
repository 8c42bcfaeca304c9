# SPDX-License-Identifier: Apache-2.0
"""What the rules refuse while they are analysed, and what they say."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")

def _refused_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.text)
    return analysistest.end(env)

refused_test = analysistest.make(
    _refused_test_impl,
    expect_failure = True,
    attrs = {"text": attr.string(mandatory = True, doc = "What the message must contain.")},
)

def _empty_directory_impl(ctx):
    directory = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run(
        executable = "/bin/false",
        outputs = [directory],
    )
    return [DefaultInfo(files = depset([directory]))]

# Analysis asks for no more than that it is one directory; it is never built.
empty_directory = rule(implementation = _empty_directory_impl)
