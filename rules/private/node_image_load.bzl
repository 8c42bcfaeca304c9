# SPDX-License-Identifier: Apache-2.0
"""node_image_load: hands an image to the container runtime of this machine."""

load(":layout.bzl", "image_layout")
load(":runnable.bzl", "IMAGE_ATTR", "rlocation", "runnable")
load(":stamp.bzl", "STAMP_ATTRS", "status_files")

_DOC = """\
Loads an image into docker, podman or nerdctl when run: `bazel run //app:load`. stdout gets the loaded references alone.

Flags after `--`: `--runtime=<program>`, `--output=<file>` (write the archive instead of loading it).
"""

def _node_image_load_impl(ctx):
    if not ctx.attr.repositories:
        fail("{}: repositories is empty, expected at least one such as \"app\"".format(ctx.label))
    layout = image_layout(ctx, "image")
    status = status_files(ctx, ctx.attr.image_tags)
    return [runnable(ctx, ctx.attr._load, files = [layout] + status, config = {
        "image": rlocation(ctx, layout),
        "runtime": ctx.attr.runtime,
        "status": [rlocation(ctx, f) for f in status],
        "tags": ["{}:{}".format(repository, tag) for repository in ctx.attr.repositories for tag in ctx.attr.image_tags],
    })]

node_image_load = rule(
    doc = _DOC,
    implementation = _node_image_load_impl,
    executable = True,
    attrs = STAMP_ATTRS | {
        "image": IMAGE_ATTR,
        "image_tags": attr.string_list(
            default = ["latest"],
            doc = "The tags under which the image is loaded. `{KEY}` is replaced from the workspace status and needs a stamped build.",
        ),
        "repositories": attr.string_list(mandatory = True, doc = "The names under which the image is loaded: `app` or `registry.example/team/app`."),
        "runtime": attr.string(doc = "docker, podman, nerdctl or a path. Empty: the first of these on PATH."),
        "_load": attr.label(default = "//tools/load", executable = True, cfg = "exec"),
    },
)
