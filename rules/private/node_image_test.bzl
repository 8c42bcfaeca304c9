# SPDX-License-Identifier: Apache-2.0
"""node_image_test: runs an image and looks whether it does what it should."""

load(":layout.bzl", "image_layout")
load(":runnable.bzl", "IMAGE_ATTR", "rlocation", "runnable")

_DOC = """\
Runs an image from its own layers, without a container engine, and checks what it does.

The layers are unpacked to a scratch folder; the image's program runs in fresh user, mount, pid and network namespaces, as the
image's user, without capabilities, as PID 1, on a read-only root. A machine that allows no such namespaces fails the test.
Linux only: the test needs the kernel that the image needs.
"""

def _node_image_test_impl(ctx):
    if not ctx.attr.checks:
        fail("{}: checks is empty, expected at least one such as check.http(\"/\", 8080)".format(ctx.label))
    for value in ctx.attr.checks:
        if type(json.decode(value, default = None)) != "dict":
            fail("{}: checks has {}, expected values made by the functions of `check`, such as check.absent(\"**/sh\")".format(ctx.label, repr(value)))
    layout = image_layout(ctx, "image")
    return [
        runnable(ctx, ctx.attr._imagetest, files = [layout], config = {
            "checks": [json.decode(c) for c in ctx.attr.checks],
            "env": ctx.attr.env,
            "image": rlocation(ctx, layout),
            "timeout_seconds": ctx.attr.timeout_seconds,
            "tmpfs": ctx.attr.tmpfs,
        }),
    ]

node_image_test = rule(
    doc = _DOC,
    implementation = _node_image_test_impl,
    test = True,
    attrs = {
        "checks": attr.string_list(mandatory = True, doc = "What to check, in this order: values made by the functions of `check`."),
        "env": attr.string_dict(doc = "Environment variables, over the image's."),
        "image": IMAGE_ATTR,
        "timeout_seconds": attr.int(default = 30, doc = "How long a single check may take."),
        "tmpfs": attr.string_list(doc = "Folders that are writable, as with `docker run --read-only --tmpfs`. Default: none, not even /tmp."),
        "_imagetest": attr.label(default = "//tools/imagetest", executable = True, cfg = "exec"),
    },
)
