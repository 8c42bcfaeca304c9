# SPDX-License-Identifier: Apache-2.0
"""Assertions on images that people can read."""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")
load("//rules:providers.bzl", "NodeImageInfo")

def _listing_impl(ctx):
    layers = ctx.attr.image[NodeImageInfo].layers
    return [DefaultInfo(files = depset([layers[ctx.attr.layer].listing]))]

_listing = rule(
    implementation = _listing_impl,
    attrs = {
        "image": attr.label(mandatory = True, providers = [NodeImageInfo]),
        "layer": attr.int(mandatory = True),
    },
)

def assert_listing(name, image, layer, golden):
    """Compares what a layer holds with a file: a line per entry, mode, owner, size, path.

    Args:
      name: the test's name.
      image: a target that makes an image.
      layer: which of the layers that the target itself made, the lowest is 0, the topmost -1.
      golden: the expected listing.
    """
    _listing(
        name = name + ".actual",
        image = image,
        layer = layer,
        tags = ["manual"],
        testonly = True,
    )
    diff_test(
        name = name,
        size = "small",
        failure_message = "If this change is right: cp $(bazel cquery --output=files //{}:{}.actual) {}/{}".format(
            native.package_name(),
            name,
            native.package_name(),
            golden,
        ),
        file1 = golden,
        file2 = name + ".actual",
    )
