# SPDX-License-Identifier: Apache-2.0
"""A small stand-in for the module package_metadata: enough for the BUILD files that gazelle writes."""

load("//providers:package_metadata_info.bzl", "PackageMetadataInfo")

def _package_metadata_impl(ctx):
    metadata = ctx.actions.declare_file(ctx.label.name + ".package-metadata.json")
    ctx.actions.write(metadata, json.encode({"label": str(ctx.label), "purl": ctx.attr.purl}))
    files = depset([metadata])
    return [DefaultInfo(files = files), PackageMetadataInfo(metadata = metadata, files = files)]

_package_metadata = rule(
    implementation = _package_metadata_impl,
    attrs = {
        "attributes": attr.label_list(),
        "purl": attr.string(mandatory = True),
    },
    provides = [PackageMetadataInfo],
)

def package_metadata(*, name, purl, attributes = [], visibility = None):
    """Declares the metadata of a package.

    Args:
      name: the target's name.
      purl: package URL that names the package.
      attributes: accepted and not used here.
      visibility: the target's visibility.
    """
    _package_metadata(
        name = name,
        purl = purl,
        attributes = attributes,
        visibility = visibility,
        # A package's default metadata may name this very target.
        applicable_licenses = [],
    )
