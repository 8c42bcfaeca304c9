# SPDX-License-Identifier: Apache-2.0
"""A repository that holds the files of one pinned Debian package."""

load(":pinned_file.bzl", "PIN_ATTRS", "download")

_BUILD = """\
# Files of the Debian package {name} {version}, at the paths where the package installs them.
package(default_visibility = ["//visibility:public"])

exports_files(glob(["**"], exclude = ["BUILD.bazel"]))

filegroup(
    name = "files",
    srcs = glob(["**"], exclude = ["BUILD.bazel"]),
)
"""

def _join_certificates(ctx):
    """Joins the certificate authorities of ca-certificates into one file.

    Some builds of Bazel garble names that are not ASCII when they unpack a tar (bazelbuild/bazel#12986). There are such names
    among them, which an action would not find, whereas a path that was listed can be read here.
    """
    folder = ctx.path("usr/share/ca-certificates/mozilla")
    if folder.exists:
        files = sorted(folder.readdir(), key = str)
        ctx.file("certificates.pem", "".join([ctx.read(file) for file in files]))

def _debian_package_impl(ctx):
    wanted_by = "the Debian package {} {}".format(ctx.attr.package, ctx.attr.package_version)
    download(ctx, ctx.attr.path, ctx.attr.sha256, "package.deb", wanted_by)

    # deb(5): an ar archive whose data member is a tar in one of several compressions.
    ctx.extract("package.deb", "deb")
    data = [f for f in ctx.path("deb").readdir() if f.basename.startswith("data.tar")]
    if len(data) != 1:
        fail("unpacking {}: found {} data members, expected one, see deb(5)".format(ctx.attr.path, len(data)))
    ctx.extract(data[0])
    ctx.delete("deb")
    ctx.delete("package.deb")
    _join_certificates(ctx)
    ctx.file("BUILD.bazel", _BUILD.format(name = ctx.attr.package, version = ctx.attr.package_version))

debian_package = repository_rule(
    doc = "The files of one Debian package. Nothing of it is run; the archive's bytes are pinned by sha256.",
    implementation = _debian_package_impl,
    attrs = PIN_ATTRS | {
        "package": attr.string(mandatory = True, doc = "The package's name."),
        "package_version": attr.string(mandatory = True, doc = "The package's version."),
        "path": attr.string(mandatory = True, doc = "Where the .deb stands below a mirror's root: `pool/...`."),
        "sha256": attr.string(mandatory = True, doc = "Of the .deb: 64 hex digits."),
    },
)
