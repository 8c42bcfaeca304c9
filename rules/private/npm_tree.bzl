# SPDX-License-Identifier: Apache-2.0
"""npm_tree: the npm packages of a lockfile for the target platform, as a plan and tarballs."""

load("//rules:providers.bzl", "NpmTreeInfo")

_DOC = """\
A node_modules tree to be: which packages stand where, and their tarballs. Nothing is unpacked here.

Repositories of the `npm` module extension declare these targets; there is no need to write one by hand.
Default outputs: the install plan and the prune report.
"""

def _npm_tree_impl(ctx):
    if ctx.attr.error:
        fail(ctx.attr.error)
    if not ctx.file.plan or not ctx.file.report:
        fail("{}: plan and report of {} are not set, expected both where there is no error".format(ctx.label, ctx.attr.lockfile))
    tarballs = []
    for target, integrity in ctx.attr.tarballs.items():
        files = target[DefaultInfo].files.to_list()
        if len(files) != 1:
            fail("{}: {} has {} files, expected the one tarball of integrity {}".format(ctx.label, target.label, len(files), integrity))
        tarballs.append(struct(file = files[0], integrity = integrity))
    return [
        DefaultInfo(files = depset([ctx.file.plan, ctx.file.report])),
        NpmTreeInfo(
            plan = ctx.file.plan,
            report = ctx.file.report,
            tarballs = sorted(tarballs, key = lambda tarball: tarball.integrity),
        ),
    ]

npm_tree = rule(
    doc = _DOC,
    implementation = _npm_tree_impl,
    provides = [NpmTreeInfo],
    attrs = {
        "error": attr.string(doc = "Why there is no tree for the target platform. Empty: there is one."),
        "lockfile": attr.string(mandatory = True, doc = "The lockfile's label, for errors."),
        "plan": attr.label(
            allow_single_file = True,
            doc = "The install plan: one JSON object per line, the packages sorted by path (wire.Package). Not set where `error` is.",
        ),
        "report": attr.label(
            allow_single_file = True,
            doc = "The prune report: JSON, every package of the lockfile, kept or dropped and why. Not set where `error` is.",
        ),
        "tarballs": attr.label_keyed_string_dict(
            allow_files = True,
            doc = "The tarballs of the plan's packages, each once: file -> integrity, as the plan has it.",
        ),
    },
)
