# SPDX-License-Identifier: Apache-2.0
"""The matrix: every program, linked in every way that makes sense for it."""

load("@rules_cc//cc:defs.bzl", "cc_binary")

# How to link -> attributes of cc_binary. Shared: with the libraries of this repository as shared objects.
_LINKING = {
    "library": {"dynamic_deps": [":libthrower"]},
    "lto": {"features": ["lto"], "linkstatic": True},
    "partly": {"linkstatic": True},
    "shared": {"linkstatic": False},
    "static": {
        "features": ["fully_static_link"],
        "linkstatic": True,
    },
}

# Only these are built for musl: //... for another platform skips them.
MUSL_ONLY = ["//platforms:musl"]

def matrix(name, programs):
    """Declares the programs of the matrix, `<program>_<linking>`.

    Args:
      name: of the list that is returned, for buildifier.
      programs: dict from a program to a struct of its attributes `srcs`, `deps`, `linkopts`, and `linking`, names of _LINKING.

    Returns:
      The labels of all of them.
    """
    labels = []
    for program, attributes in programs.items():
        for linking in attributes.linking:
            target = "{}_{}".format(program, linking)
            labels.append(target)
            cc_binary(
                name = target,
                srcs = attributes.srcs,
                copts = ["-std=c++23"] if attributes.srcs[0].endswith(".cc") else ["-std=gnu11"],
                linkopts = attributes.linkopts,
                tags = [name],
                target_compatible_with = MUSL_ONLY,
                deps = attributes.deps,
                **_LINKING[linking]
            )
    return labels

def program(srcs, deps = [], linkopts = [], linking = ["partly", "static"]):
    """Returns a row of the matrix.

    Args:
      srcs: sources below `programs`.
      deps: libraries.
      linkopts: flags for the linker.
      linking: names of _LINKING.
    """
    return struct(srcs = ["programs/" + src for src in srcs], deps = deps, linkopts = linkopts, linking = linking)
