# SPDX-License-Identifier: Apache-2.0
"""A repository that holds one npm package as `package.tgz`, checked against the lockfile's integrity, never unpacked."""

load("@bazel_tools//tools/build_defs/repo:utils.bzl", "get_auth")
load(":fetch_error.bzl", "fetch_error")
load(":machine_registry.bzl", "read_user_npmrc")
load(":npmrc.bzl", "npmrc")
load(":registry_auth.bzl", "registry_auth")
load(":tarball_url.bzl", "tarball_url")

def _project_npmrc(ctx, label):
    text = ctx.read(Label(label), watch = "no") if label else ""
    return npmrc.parse(text, ctx.os.environ)

def _urls(ctx, projects):
    machine = json.decode(ctx.read(ctx.attr.machine_registry, watch = "no"))
    urls = {}
    for label, templates in ctx.attr.templates.items():
        registries = tarball_url.registries(ctx.attr.package, projects[label], machine)
        for template in templates:
            urls[tarball_url.url(template, registries)] = None
    return urls.keys()

def _found_logins(ctx, urls, projects):
    files = [projects[label] for label in sorted(projects)] + [read_user_npmrc(ctx)]
    return registry_auth.for_urls(urls, npmrc.merged_auth(files))

def _npm_tarball_impl(ctx):
    projects = {label: _project_npmrc(ctx, label) for label in ctx.attr.templates}
    urls = _urls(ctx, projects)
    error = tarball_url.credentials_error(urls, "fetching npm package {}@{}".format(ctx.attr.package, ctx.attr.package_version))
    if error:
        fail(error)
    found = _found_logins(ctx, urls, projects)
    got = ctx.download(
        urls,
        "package.tgz",
        integrity = ctx.attr.integrity,
        # Logins of .npmrc files go before those of .netrc, which Bazel's own rules use.
        auth = get_auth(ctx, urls) | found.logins,
        allow_fail = True,
    )
    if not got.success:
        fail(fetch_error.text(
            package = "{}@{}".format(ctx.attr.package, ctx.attr.package_version),
            found = getattr(got, "error", "no URL has the expected bytes"),
            integrity = ctx.attr.integrity,
            lockfiles = ctx.attr.lockfiles,
            urls = urls,
            problems = found.problems,
        ))
    ctx.file("BUILD.bazel", "exports_files([\"package.tgz\"], visibility = [\"//visibility:public\"])\n")

npm_tarball = repository_rule(
    doc = "The tarball of one npm package.",
    implementation = _npm_tarball_impl,
    attrs = {
        "integrity": attr.string(mandatory = True, doc = "One hash: `sha512-` and base64."),
        "lockfiles": attr.string_list(mandatory = True, doc = "Labels of the lockfiles that have the package, for errors."),
        "machine_registry": attr.label(mandatory = True, doc = "The file of `machine_registry`."),
        "package": attr.string(mandatory = True, doc = "The package's name in the registry."),
        "package_version": attr.string(mandatory = True, doc = "The package's version."),
        "templates": attr.string_list_dict(
            mandatory = True,
            doc = "Where to fetch from: label of the project's .npmrc, or \"\" where there is none -> templates of URLs (tarball_url.bzl).",
        ),
    },
)
