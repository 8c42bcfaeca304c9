# SPDX-License-Identifier: Apache-2.0
"""A repository that holds the source of one pinned Debian source package."""

load(":patch.bzl", "unified")
load(":pinned_file.bzl", "PIN_ATTRS", "download")

_BUILD = """\
# Source of {name} {version}, as Debian has it.
package(default_visibility = ["//visibility:public"])

exports_files(glob(["**"], exclude = ["BUILD.bazel"]))

filegroup(
    name = "files",
    srcs = glob(["**"], exclude = ["BUILD.bazel", "debian/**"]),
)
"""

def _series(ctx):
    """Returns the names of Debian's patches in the order in which to apply them, see dpkg-source(1)."""
    path = ctx.path("debian/patches/series")
    lines = [line.split("#")[0].strip() for line in ctx.read(path).splitlines()] if path.exists else []
    return [line for line in lines if line]

def _unpack(ctx, upstream, patches):
    """Unpacks upstream's archive to the repository's root and applies Debian's patches."""
    name = upstream.split("/")[-1]

    # What dpkg-source expects: musl_1.2.5.orig.tar.gz has the one directory musl-1.2.5.
    ctx.extract(name, stripPrefix = name.split(".orig.")[0].replace("_", "-"))
    ctx.extract(patches.split("/")[-1])
    for patch in _series(ctx):
        unified.apply_all(ctx, "debian/patches/" + patch)
    ctx.delete(name)
    ctx.delete(patches.split("/")[-1])

def _debian_source_impl(ctx):
    wanted_by = "the Debian source package {} {}".format(ctx.attr.source, ctx.attr.package_version)
    upstream = [path for path in ctx.attr.files if ".orig.tar." in path]
    patches = [path for path in ctx.attr.files if ".debian.tar." in path]
    if len(upstream) != 1 or len(patches) != 1:
        fail("unpacking {}: found the files {}, expected one .orig.tar and one .debian.tar".format(wanted_by, ctx.attr.files.keys()))
    for path in upstream + ([] if ctx.attr.packed else patches):
        download(ctx, path, ctx.attr.files[path], path.split("/")[-1], wanted_by)
    if ctx.attr.packed:
        ctx.symlink(upstream[0].split("/")[-1], "orig.tar.xz")
    else:
        _unpack(ctx, upstream[0], patches[0])
    ctx.file("BUILD.bazel", _BUILD.format(name = ctx.attr.source, version = ctx.attr.package_version))

debian_source = repository_rule(
    doc = "The source of one Debian source package with Debian's patches applied. Nothing of it is run.",
    implementation = _debian_source_impl,
    attrs = PIN_ATTRS | {
        "files": attr.string_dict(mandatory = True, doc = "Path below a mirror's root, `pool/...` -> sha256."),
        "package_version": attr.string(mandatory = True, doc = "The source package's version."),
        "packed": attr.bool(doc = "Leave upstream's archive as it is, under the name `orig.tar.xz`, without Debian's patches."),
        "source": attr.string(mandatory = True, doc = "The source package's name."),
    },
)
