# SPDX-License-Identifier: Apache-2.0
"""The provider of `package_metadata`."""

PackageMetadataInfo = provider(
    doc = "What a package says about itself.",
    fields = {
        "metadata": "File: JSON with the package's label and package URL.",
        "files": "depset of File: `metadata` and what it refers to.",
    },
)
