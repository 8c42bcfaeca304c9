# SPDX-License-Identifier: Apache-2.0
"""node_image_load: hands an image to the container runtime of this machine."""

load(":runnable.bzl", "IMAGE_ATTR", "image_layout", "rlocation", "runnable")

_DOC = """\
Loads an image into docker, podman or nerdctl when run: `bazel run //app:load`. stdout gets the loaded references alone.

Flags after `--`: `--runtime=<program>`, `--output=<file>` (write the archive instead of loading it).
"""

def _node_image_load_impl(ctx):
    layout = image_layout(ctx)
    return [runnable(ctx, ctx.attr._load, files = [layout], config = {
        "image": rlocation(ctx, layout),
        "runtime": ctx.attr.runtime,
        "tags": ["{}:{}".format(repository, tag) for repository in ctx.attr.repositories for tag in ctx.attr.image_tags],
    })]

node_image_load = rule(
    doc = _DOC,
    implementation = _node_image_load_impl,
    executable = True,
    attrs = {
        "image": IMAGE_ATTR,
        "image_tags": attr.string_list(default = ["latest"], doc = "The tags under which the image is loaded."),
        "repositories": attr.string_list(mandatory = True, doc = "The names under which the image is loaded: `app` or `registry.example/team/app`."),
        "runtime": attr.string(doc = "docker, podman, nerdctl or a path. Empty: the first of these on PATH."),
        "_load": attr.label(default = "//tools/load", executable = True, cfg = "exec"),
    },
)
