# SPDX-License-Identifier: Apache-2.0
"""The `npm` module extension: from lockfiles to repositories. It reads files of the source tree, and nothing else."""

load("//toolchains/node:versions.bzl", "PREBUILT")
load(":lockfile.bzl", "lockfile")
load(":machine_registry.bzl", "machine_registry")
load(":npm_hub.bzl", "npm_hub")
load(":npm_tarball.bzl", "npm_tarball")
load(":repository_names.bzl", "repository_names")
load(":tarball_url.bzl", "tarball_url")

_DOC = """\
npm packages from a package-lock.json (lockfileVersion 2 or 3).

```
npm = use_extension("@rules_node_image//rules:extensions.bzl", "npm")
npm.package_lock(name = "app_npm", lockfile = "//app:package-lock.json")
use_repo(npm, "app_npm")
```

`@app_npm//:production` is what `npm ci --omit=dev --ignore-scripts` installs on the target platform, `@app_npm//:all` what
`npm ci --ignore-scripts` installs. Each tarball is fetched once for all lockfiles, when it is needed, and checked against the
lockfile's integrity; what the target platform does not need is never fetched.
"""

_MACHINE_REGISTRY = "npm_machine_registry"

def _collect(tarballs, names, entry, tag):
    """Adds an entry of a lockfile to the tarballs (integrity -> what `npm_tarball` needs) and to the names that are taken."""
    if entry.integrity not in tarballs:
        name = repository_names.tarball(entry, names)
        names[name] = None
        tarballs[entry.integrity] = struct(name = name, entry = entry, lockfiles = {}, templates = {})
    tarball = tarballs[entry.integrity]
    tarball.lockfiles[str(tag.lockfile)] = None
    templates = tarball.templates.setdefault(str(tag.npmrc) if tag.npmrc else "", {})
    templates[tarball_url.template(entry, tag.url_rewrites)] = None

def _npm_impl(ctx):
    tags = [(module, tag) for module in ctx.modules for tag in module.tags.package_lock]
    error = repository_names.chosen_twice([(module.name, tag.name, tag.lockfile) for module, tag in tags])
    if error:
        fail(error)
    tarballs, names = {}, {}
    for _, tag in tags:
        # A lockfile that is not there or cannot be used breaks its own repository, which tells why, and no other.
        path = ctx.path(tag.lockfile)
        lock, _ = lockfile.parse(ctx.read(path), str(tag.lockfile)) if path.exists else (None, None)
        entries = [entry for path, entry in lock.packages.items() if path not in lock.bundlers] if lock else []
        for entry in entries:
            _collect(tarballs, names, entry, tag)
        npm_hub(
            name = tag.name,
            lockfile = tag.lockfile,
            node_version = tag.node_version,
            npmrc = tag.npmrc,
            repositories = {entry.integrity: tarballs[entry.integrity].name for entry in entries},
        )
    machine_registry(name = _MACHINE_REGISTRY)
    for hash, tarball in tarballs.items():
        npm_tarball(
            name = tarball.name,
            integrity = hash,
            lockfiles = tarball.lockfiles.keys(),
            machine_registry = "@{}//:registry.json".format(_MACHINE_REGISTRY),
            package = tarball.entry.name,
            package_version = tarball.entry.version,
            templates = {npmrc: templates.keys() for npmrc, templates in tarball.templates.items()},
        )
    return ctx.extension_metadata(reproducible = True)

_package_lock = tag_class(
    doc = "One package-lock.json, as the repository `@<name>`.",
    attrs = {
        "lockfile": attr.label(mandatory = True, doc = "The package-lock.json, lockfileVersion 2 or 3."),
        "name": attr.string(mandatory = True, doc = "The repository's name, unique in the whole build."),
        "node_version": attr.string(
            default = PREBUILT["24"].version,
            doc = "x.y.z of the Node.js that the packages run on: optional packages whose `engines.node` refuses it are left out, as npm does.",
        ),
        "npmrc": attr.label(
            doc = "The project's .npmrc: `registry`, `@scope:registry`, logins and `legacy-peer-deps`. The variable npm_config_registry " +
                  "overrules it; after it come the user's .npmrc and `npm config get registry`. Logins may also stand in .netrc.",
        ),
        "url_rewrites": attr.string_dict(
            doc = "Beginning of a `resolved` of this lockfile -> what replaces it, the longest first. `{registry}` at the beginning of the new " +
                  "text stands for the configured registry. The public npm registry always means the configured registry, as for npm.",
        ),
    },
)

npm = module_extension(
    doc = _DOC,
    implementation = _npm_impl,
    tag_classes = {"package_lock": _package_lock},
)
