# SPDX-License-Identifier: Apache-2.0
"""The module extension that makes a repository of every package in packages.lock.json."""

load("//toolchains/debian/private:package_repository.bzl", "debian_package")

_LOCK = Label("//toolchains/debian:packages.lock.json")

def _repository_name(package):
    return "debian_" + package.replace("+", "x").replace("-", "_").replace(".", "_")

def _debian_impl(ctx):
    lock = json.decode(ctx.read(_LOCK))
    for package in lock["packages"]:
        debian_package(
            name = _repository_name(package["name"]),
            package = package["name"],
            package_version = package["version"],
            path = package["path"],
            sha256 = package["sha256"],
            snapshot = lock["snapshot"],
            lock = str(_LOCK),
        )
    return ctx.extension_metadata(reproducible = True)

debian = module_extension(
    doc = "Repositories `debian_<package>` (`-` and `.` become `_`, `+` becomes `x`) of the pinned Debian packages, fetched when used.",
    implementation = _debian_impl,
)
