# SPDX-License-Identifier: Apache-2.0
"""Images that other targets made, ours or anybody's."""

load("//rules:providers.bzl", "NodeImageInfo")

_NO_LAYOUT = """\
{label}: {attribute} {target} has {count} files, expected one OCI image layout directory, as node_runtime, oci_image or oci_pull make it\
"""

def image_layout(ctx, attribute):
    """Returns the layout directory of the image that an attribute names.

    Args:
      ctx: the rule's context.
      attribute: name of a label attribute that allows files.

    Returns:
      A File, a directory.
    """
    target = getattr(ctx.attr, attribute)
    if NodeImageInfo in target:
        return target[NodeImageInfo].layout
    files = getattr(ctx.files, attribute)
    if len(files) != 1 or not files[0].is_directory:
        fail(_NO_LAYOUT.format(label = ctx.label, attribute = attribute, target = target.label, count = len(files)))
    return files[0]
