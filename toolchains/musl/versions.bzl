# SPDX-License-Identifier: Apache-2.0
"""Versions of what the toolchain is made of. The bytes are pinned in //toolchains/debian:packages.lock.json."""

LLVM = "19.1.7"
MUSL = "1.2.5"
LINUX = "6.12"
