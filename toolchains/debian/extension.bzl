# SPDX-License-Identifier: Apache-2.0
"""The module extension that makes a repository of every package in packages.lock.json."""

load("//toolchains/debian/private:package_repository.bzl", "debian_package")
load("//toolchains/debian/private:source_repository.bzl", "debian_source")

_LOCK = Label("//toolchains/debian:packages.lock.json")

# Sources of which actions take what they need: unpacking all of LLVM takes longer than compiling the part that is wanted.
_PACKED = ["llvm-toolchain-19"]

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
    for source in lock["sources"]:
        debian_source(
            name = _repository_name("source-" + source["source"]),
            source = source["source"],
            package_version = source["version"],
            files = {file["path"]: file["sha256"] for file in source["files"]},
            packed = source["source"] in _PACKED,
            snapshot = lock["snapshot"],
            lock = str(_LOCK),
        )
    return ctx.extension_metadata(reproducible = True)

debian = module_extension(
    doc = "Repositories `debian_<package>` and `debian_source_<source package>` (`-` and `.` become `_`, `+` becomes `x`) of what is pinned, fetched when used.",
    implementation = _debian_impl,
)
