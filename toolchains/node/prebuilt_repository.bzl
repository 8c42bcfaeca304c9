# SPDX-License-Identifier: Apache-2.0
"""A repository that holds an official Node.js binary, unpacked from npm's package of it."""

_BUILD = """\
# Node.js {version}, the official binary.
package(default_visibility = ["//visibility:public"])

exports_files(["bin/node", "LICENSE"])

filegroup(
    name = "headers",
    srcs = glob(["include/**"]),
)
"""

def _node_prebuilt_impl(ctx):
    ctx.extract(ctx.path(ctx.attr.tarball), stripPrefix = "package")
    if not ctx.path("bin/node").exists:
        fail("unpacking {}: found no bin/node, expected one of npm's node-<os>-<cpu> packages".format(ctx.attr.tarball))
    ctx.file("BUILD.bazel", _BUILD.format(version = ctx.attr.version))

node_prebuilt = repository_rule(
    doc = "An official Node.js binary.",
    implementation = _node_prebuilt_impl,
    attrs = {
        "tarball": attr.label(mandatory = True, allow_single_file = True, doc = "The npm package's tarball."),
        "version": attr.string(mandatory = True, doc = "x.y.z."),
    },
)
