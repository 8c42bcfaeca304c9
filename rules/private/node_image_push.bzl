# SPDX-License-Identifier: Apache-2.0
"""node_image_push: sends an image to registries."""

load(":layout.bzl", "image_layout")
load(":runnable.bzl", "IMAGE_ATTR", "rlocation", "runnable")
load(":stamp.bzl", "STAMP_ATTRS", "status_files")

_DOC = """\
Sends an image to one or more repositories when run: `bazel run //app:push`.

Only blobs that a repository lacks are uploaded. stdout gets `repository@sha256:...` alone, a line per repository; progress goes to stderr.
Exit codes: 0 pushed, 1 not pushed, 2 wrong flags. Flags after `--`: `--repository`, `--tag`, `--dry-run`.

Credentials come from docker's configuration as `docker login` or a credential helper leaves it; see docs/push.md.
"""

def _node_image_push_impl(ctx):
    if not ctx.attr.repositories:
        fail("{}: repositories is empty, expected at least one such as \"registry.example/team/app\"".format(ctx.label))
    layout = image_layout(ctx, "image")
    status = status_files(ctx, ctx.attr.image_tags)
    return [runnable(ctx, ctx.attr._push, files = [layout] + ctx.files.tag_files + status, config = {
        "image": rlocation(ctx, layout),
        "insecure": ctx.attr.insecure,
        "repositories": ctx.attr.repositories,
        "status": [rlocation(ctx, f) for f in status],
        "tagFiles": [rlocation(ctx, f) for f in ctx.files.tag_files],
        "tags": ctx.attr.image_tags,
    })]

node_image_push = rule(
    doc = _DOC,
    implementation = _node_image_push_impl,
    executable = True,
    attrs = STAMP_ATTRS | {
        "image": IMAGE_ATTR,
        "image_tags": attr.string_list(
            doc = "Tags to set. `{KEY}` is replaced from the workspace status and needs a stamped build. No tag at all: pushed by digest.",
        ),
        "insecure": attr.bool(doc = "Speak plain http. A registry on this machine is spoken to so anyway."),
        "repositories": attr.string_list(mandatory = True, doc = "Where to: `registry.example/team/app`, without a tag."),
        "tag_files": attr.label_list(allow_files = True, doc = "Text files with further tags, one per line."),
        "_push": attr.label(default = "//tools/push", executable = True, cfg = "exec"),
    },
)
