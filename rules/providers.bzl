# SPDX-License-Identifier: Apache-2.0
"""Every public provider."""

LayerInfo = provider(
    doc = "A layer of an image.",
    fields = {
        "blob": "File: the compressed tar.",
        "meta": "File: JSON, the blob's descriptor and what image assembly needs besides (wire.Layer).",
        "listing": "File: text, one line per entry: mode, owner, size, path.",
    },
)

NodeImageInfo = provider(
    doc = "An image.",
    fields = {
        "layout": "File: a directory, an OCI image layout with one manifest.",
        "digest": "File: text, the manifest's digest: `sha256:` and 64 hex digits.",
        "layers": "list of LayerInfo: what this target put on its base, the lowest first.",
    },
)

NpmTreeInfo = provider(
    doc = "A node_modules tree to be, for one platform.",
    fields = {
        "plan": "File: one JSON object per line (wire.Package): which package at which path.",
        "report": "File: JSON, every package of the lockfile, kept or dropped and why.",
        "tarballs": "list of struct(file = File, integrity = string): the packages' tarballs, each once.",
        "layers": "dict of compression (gzip, zstd) -> LayerInfo: the tree below /usr/src/app, written when an image needs it, " +
                  "once for all images.",
    },
)
