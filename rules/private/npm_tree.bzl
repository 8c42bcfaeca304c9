# SPDX-License-Identifier: Apache-2.0
"""npm_tree: the npm packages of a lockfile for the target platform, as a plan and tarballs."""

load("//rules:providers.bzl", "NpmTreeInfo")
load(":layer.bzl", "APP_DIR", "COMPRESSIONS", "declare_layer", "label_text", "layer_args")

_DOC = """\
A node_modules tree to be: which packages stand where, their tarballs, and the layer that images take. Nothing is unpacked to disk.

Repositories of the `npm` module extension declare these targets; there is no need to write one by hand.
Default outputs: the install plan and the prune report.
"""

def _layer(ctx, tarballs, compression):
    layer = declare_layer(ctx, "npm", compression)
    lines = ctx.actions.args()
    lines.use_param_file("--tarballs=%s", use_always = True)
    lines.set_param_file_format("multiline")
    for tarball in tarballs:
        lines.add(json.encode({"integrity": tarball.integrity, "file": tarball.file.path}))
    args = layer_args(
        ctx,
        layer,
        comment = "npm packages ({})".format(ctx.label.name),
        compression = compression,
        created_by = label_text(Label(ctx.attr.lockfile)),
    )
    args.add(ctx.file.plan, format = "--plan=%s")
    args.add("--root=" + APP_DIR)
    ctx.actions.run(
        executable = ctx.executable._npm_layer,
        arguments = [lines, args],
        inputs = [ctx.file.plan] + [tarball.file for tarball in tarballs],
        outputs = [layer.blob, layer.meta, layer.listing],
        mnemonic = "NpmLayer",
        progress_message = "Writing npm layer %{output}",
    )
    return layer

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
    tarballs = sorted(tarballs, key = lambda tarball: tarball.integrity)
    return [
        DefaultInfo(files = depset([ctx.file.plan, ctx.file.report])),
        NpmTreeInfo(
            plan = ctx.file.plan,
            report = ctx.file.report,
            tarballs = tarballs,
            layers = {compression: _layer(ctx, tarballs, compression) for compression in COMPRESSIONS},
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
        "_npm_layer": attr.label(default = "//tools/npm_layer", executable = True, cfg = "exec"),
    },
)
