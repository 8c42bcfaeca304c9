# SPDX-License-Identifier: Apache-2.0
"""node_runtime_toolchain: a Node.js with the files that it needs to start."""

load("//toolchains/node:providers.bzl", "NodeRuntimeInfo")

def _node_runtime_toolchain_impl(ctx):
    files = [
        struct(path = path, file = target[DefaultInfo].files.to_list()[0])
        for target, path in ctx.attr.files.items()
    ]
    return [platform_common.ToolchainInfo(node_runtime = NodeRuntimeInfo(
        version = ctx.attr.version,
        libc = ctx.attr.libc,
        architecture = ctx.attr.architecture,
        node = ctx.file.node,
        files = sorted(files, key = lambda f: f.path),
    ))]

node_runtime_toolchain = rule(
    doc = "A Node.js for one target platform. Register it with toolchain type `//toolchains/node:runtime_toolchain_type`.",
    implementation = _node_runtime_toolchain_impl,
    attrs = {
        "architecture": attr.string(mandatory = True, values = ["amd64", "arm64"], doc = "The processor's OCI name."),
        "files": attr.label_keyed_string_dict(
            allow_files = True,
            doc = "What node needs to start, besides itself: a file -> its path in the image, relative to the root.",
        ),
        "libc": attr.string(mandatory = True, values = ["gnu", "musl"], doc = "The libc that node is linked to."),
        "node": attr.label(mandatory = True, allow_single_file = True, doc = "The executable."),
        "version": attr.string(mandatory = True, doc = "x.y.z."),
    },
    provides = [platform_common.ToolchainInfo],
)
