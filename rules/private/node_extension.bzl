# SPDX-License-Identifier: Apache-2.0
"""The `node` module extension: repositories of prebuilt Node.js releases, fetched when used."""

load("//rules/private/npm:machine_registry.bzl", "machine_registry")
load("//rules/private/npm:npm_tarball.bzl", "npm_tarball")
load("//rules/private/npm:tarball_url.bzl", "tarball_url")
load("//toolchains/node:prebuilt_repository.bzl", "node_prebuilt")
load("//toolchains/node:versions.bzl", "PREBUILT")

_MACHINE_REGISTRY = "node_machine_registry"

def _node_impl(ctx):
    machine_registry(name = _MACHINE_REGISTRY)
    for major, release in PREBUILT.items():
        for platform, package in release.packages.items():
            name = "node_{}_{}".format(major, platform)
            npm_tarball(
                name = name + "_tarball",
                integrity = package.integrity,
                lockfiles = ["//toolchains/node:versions.bzl"],
                machine_registry = "@{}//:registry.json".format(_MACHINE_REGISTRY),
                package = package.name,
                package_version = release.version,
                templates = {"": [tarball_url.template(struct(name = package.name, version = release.version, resolved = ""), {})]},
            )
            node_prebuilt(
                name = name,
                tarball = "@{}_tarball//:package.tgz".format(name),
                version = release.version,
            )
    return ctx.extension_metadata(reproducible = True)

node = module_extension(
    doc = "Repositories `node_<major>_<os>_<processor>` of the Node.js releases pinned in `//toolchains/node:versions.bzl`. " +
          "rules_node_image uses them itself; a user needs no tag.",
    implementation = _node_impl,
)
