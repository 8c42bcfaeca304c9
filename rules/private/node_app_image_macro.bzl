# SPDX-License-Identifier: Apache-2.0
"""The macro around node_app_image that adds `<name>.inspect`."""

load(":node_app_image.bzl", _node_app_image = "node_app_image")
load(":node_image_inspect.bzl", "node_image_inspect")

def node_app_image(name, **kwargs):
    """An application as an image, and `<name>.inspect`, which prints what it is made of when run.

    Args:
      name: the target's name.
      **kwargs: the attributes of the rule.
    """
    _node_app_image(name = name, **kwargs)
    node_image_inspect(
        name = name + ".inspect",
        image = name,
        tags = ["manual"] + (kwargs.get("tags") or []),
        testonly = kwargs.get("testonly", False),
        visibility = kwargs.get("visibility"),
    )
