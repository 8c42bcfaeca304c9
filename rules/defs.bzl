# SPDX-License-Identifier: Apache-2.0
"""The rules: hermetic, distroless Node.js images.

- `node_runtime`: the base image: node, what it needs to start, CA certificates, accounts.
- `node_app_image`: an application and its npm packages on a base image; `<name>.inspect` prints what it is made of.
- `node_image_push`, `node_image_load`, `node_image_inspect`: what to do with an image.
- `node_image_test`, with `check`: runs an image without a container engine.
"""

load("//rules/private:check.bzl", _check = "check")
load("//rules/private:node_app_image_macro.bzl", _node_app_image = "node_app_image")
load("//rules/private:node_image_inspect.bzl", _node_image_inspect = "node_image_inspect")
load("//rules/private:node_image_load.bzl", _node_image_load = "node_image_load")
load("//rules/private:node_image_push.bzl", _node_image_push = "node_image_push")
load("//rules/private:node_image_test.bzl", _node_image_test = "node_image_test")
load("//rules/private:node_runtime.bzl", _node_runtime = "node_runtime")

check = _check
node_app_image = _node_app_image
node_image_inspect = _node_image_inspect
node_image_load = _node_image_load
node_image_push = _node_image_push
node_image_test = _node_image_test
node_runtime = _node_runtime
