# SPDX-License-Identifier: Apache-2.0
"""node_image_inspect: prints what an image is made of."""

load(":layer.bzl", "label_text")
load(":layout.bzl", "image_layout")
load(":runnable.bzl", "IMAGE_ATTR", "rlocation", "runnable")

def _node_image_inspect_impl(ctx):
    layout = image_layout(ctx, "image")
    return [runnable(ctx, ctx.attr._inspect, files = [layout], config = {
        "image": rlocation(ctx, layout),
        "label": label_text(ctx.attr.image.label),
    })]

node_image_inspect = rule(
    doc = """\
Prints, when run, where an image's layout is, its digest, its configuration, and its layers with their sizes and what made them.
`--format=json` after `--` prints the same as JSON. `node_app_image` makes one of these under `<name>.inspect`.
""",
    implementation = _node_image_inspect_impl,
    executable = True,
    attrs = {
        "image": IMAGE_ATTR,
        "_inspect": attr.label(default = "//tools/inspect", executable = True, cfg = "exec"),
    },
)
