# SPDX-License-Identifier: Apache-2.0
"""What the rules of the musl toolchain tell each other."""

MuslCompilerInfo = provider(
    doc = "A compiler that runs with its own loader and libraries.",
    fields = {
        "files": "depset of File: all that its programs need to run.",
        "programs": "Dict from a program's name, `clang`, to its File.",
    },
)

MuslSysrootInfo = provider(
    doc = "Headers and libraries of one target, each a directory that serves as `--sysroot`.",
    fields = {
        "architecture": "The processor's name in the target triple: `x86_64` or `aarch64`.",
        "complete": "File: headers and libraries in one directory.",
        "headers": "File: directory with `usr/include` and `lib/clang/19/include`.",
        "libraries": "File: directory with `usr/lib`, `lib/clang/19/lib` and the loader `lib/ld-musl-<architecture>.so.1`.",
        "triple": "The target triple, `x86_64-linux-musl`.",
    },
)
