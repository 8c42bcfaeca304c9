# SPDX-License-Identifier: Apache-2.0
"""The repository that a lockfile becomes: `@<name>//:production` and `@<name>//:all`."""

load(":hub.bzl", "hub")
load(":lockfile.bzl", "lockfile")
load(":npmrc.bzl", "npmrc")
load(":target_platform.bzl", "target_platform")

_NO_LOCKFILE = "{lockfile}: found no such file, expected npm's package-lock.json. Correct the label in npm.package_lock, or let \
`npm install --package-lock-only` write the file."

def _npm_hub_impl(ctx):
    path = ctx.path(ctx.attr.lockfile)
    if not path.exists:
        fail(_NO_LOCKFILE.format(lockfile = ctx.attr.lockfile))
    lock, error = lockfile.parse(ctx.read(path), str(ctx.attr.lockfile))
    if error:
        fail(error)
    project = npmrc.parse(ctx.read(ctx.attr.npmrc) if ctx.attr.npmrc else "", {})
    files = hub.files(
        lock = lock,
        legacy_peer_deps = project.legacy_peer_deps,
        node_version = ctx.attr.node_version,
        repositories = ctx.attr.repositories,
        settings = {
            platform.name: str(Label("//platforms:is_" + platform.name))
            for platform in target_platform.ALL
        },
        npm_tree = str(Label("//rules/private:npm_tree.bzl")),
        example_platform = str(Label("//platforms:linux_amd64_gnu")),
    )
    for name, text in files.items():
        ctx.file(name, text, executable = False)

npm_hub = repository_rule(
    doc = "The install plans of a lockfile, one per set and platform.",
    implementation = _npm_hub_impl,
    attrs = {
        "lockfile": attr.label(mandatory = True, doc = "The package-lock.json."),
        "node_version": attr.string(mandatory = True, doc = "x.y.z: optional packages whose engines refuse it are left out."),
        "npmrc": attr.label(doc = "The project's .npmrc, of which legacy-peer-deps counts here."),
        "repositories": attr.string_dict(doc = "Integrity -> name of the repository that holds the tarball."),
    },
)
