# SPDX-License-Identifier: Apache-2.0
"""For whoever has a Node.js of their own: declare it, wrap it in `toolchain()` and register that.

```starlark
load("@rules_node_image//toolchains/node:defs.bzl", "node_runtime_toolchain")

node_runtime_toolchain(
    name = "node_arm64",
    architecture = "arm64",
    files = {"@my_libc//:ld-linux-aarch64.so.1": "lib/ld-linux-aarch64.so.1"},
    libc = "gnu",
    node = "@my_node//:bin/node",
    version = "24.21.0",
)

toolchain(
    name = "node_arm64_toolchain",
    target_compatible_with = ["@platforms//os:linux", "@platforms//cpu:aarch64", "@rules_node_image//platforms:gnu"],
    toolchain = ":node_arm64",
    toolchain_type = "@rules_node_image//toolchains/node:runtime_toolchain_type",
)
```
"""

load("//toolchains/node/private:runtime_toolchain.bzl", _node_runtime_toolchain = "node_runtime_toolchain")

node_runtime_toolchain = _node_runtime_toolchain
