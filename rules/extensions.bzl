# SPDX-License-Identifier: Apache-2.0
"""The module extensions: the only file of this module that a MODULE.bazel loads."""

load("//rules/private:node_extension.bzl", _node = "node")
load("//rules/private/npm:extension.bzl", _npm = "npm")

node = _node
npm = _npm
