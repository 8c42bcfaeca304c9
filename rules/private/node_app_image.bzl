# SPDX-License-Identifier: Apache-2.0
"""node_app_image: an application and its npm packages on a base image."""

load("//rules:providers.bzl", "NodeImageInfo", "NpmTreeInfo")
load(":image.bzl", "IMAGE_ATTRS", "PLATFORM_ATTR", "image", "image_outputs", "platform_transition")
load(":layer.bzl", "COMPRESSION_ATTR", "FILE_LAYER_ATTRS", "declare_layer", "entry", "file_layer", "layer_args")

_DOC = """\
An application as an image: the base, a layer of npm packages, a layer of the application's files.

The files of `srcs` stand at `/usr/src/app`, at their paths relative to the target's package; the npm packages stand at
`/usr/src/app/node_modules`, as `npm ci --omit=dev --ignore-scripts` would place them. Everything belongs to root and is readable by all.

What the image starts is `cmd`, or follows from package.json: `scripts.start` if that is a plain `node ...`, else `main`, `bin`,
or `index.js`. There is no shell: a start script that needs one is an error.

Default output: an OCI image layout directory. Output groups: `layers` (blobs and their listings), `digest` (the manifest's),
`prune_report` (every package of the lockfile, kept or dropped and why).

`bazel run <name>.inspect` prints the layout's place, its digest, its configuration, and the layers with their sizes and what made them.
"""

_APP_DIR = "usr/src/app"

_OUTSIDE = """\
{label}: srcs has {file}, which is not below the package {package}: files stand in the image at their path relative to the package. \
Move the target to a package above, or copy the file into this package by a rule of its own.\
"""

def _package_prefix(ctx):
    # short_path of an external repository's file starts with "../<repository>/".
    repository = "../{}/".format(ctx.label.repo_name) if ctx.label.repo_name else ""
    return repository + (ctx.label.package + "/" if ctx.label.package else "")

def _sources(ctx, prefix):
    files = {file: None for file in ctx.files.srcs}
    if ctx.file.package_json:
        files[ctx.file.package_json] = None
    for file in files:
        if not file.short_path.startswith(prefix):
            fail(_OUTSIDE.format(label = ctx.label, file = file.short_path, package = ctx.label.package or "//"))
    return files.keys()

def _package_json(ctx, sources, prefix):
    if ctx.file.package_json:
        return ctx.file.package_json
    for file in sources:
        if file.short_path == prefix + "package.json":
            return file
    return None

def _app_layer(ctx, sources, prefix):
    flags = ["--app-dir=" + _APP_DIR] + ["--allow=" + path for path in ctx.attr.allow_srcs]
    return file_layer(
        ctx,
        name = "app",
        comment = "application",
        compression = ctx.attr.compression,
        inputs = sources,
        files = sources,
        # A directory among the sources has been expanded to its files here.
        map_each = lambda file: entry(_APP_DIR + "/" + file.short_path.removeprefix(prefix), file = file),
        flags = flags,
    )

def _npm_layer(ctx, tree):
    layer = declare_layer(ctx, "npm", ctx.attr.compression)
    lines = ctx.actions.args()
    lines.use_param_file("--tarballs=%s", use_always = True)
    lines.set_param_file_format("multiline")
    for tarball in tree.tarballs:
        lines.add(json.encode({"integrity": tarball.integrity, "file": tarball.file.path}))
    args = layer_args(ctx, layer, "npm packages", ctx.attr.compression)
    args.add(tree.plan, format = "--plan=%s")
    args.add("--root=" + _APP_DIR)
    ctx.actions.run(
        executable = ctx.executable._npm_layer,
        arguments = [lines, args],
        inputs = [tree.plan] + [tarball.file for tarball in tree.tarballs],
        outputs = [layer.blob, layer.meta, layer.listing],
        mnemonic = "NpmLayer",
        progress_message = "Writing npm layer %{output}",
    )
    return layer

def _node_app_image_impl(ctx):
    prefix = _package_prefix(ctx)
    sources = _sources(ctx, prefix)
    layers, groups = [], {}
    if ctx.attr.node_modules:
        tree = ctx.attr.node_modules[NpmTreeInfo]
        layers.append(_npm_layer(ctx, tree))
        report = ctx.actions.declare_file(ctx.label.name + ".prune.json")
        ctx.actions.symlink(output = report, target_file = tree.report)
        groups["prune_report"] = [report]
    layers.append(_app_layer(ctx, sources, prefix))

    flags, inputs = ["--app-dir=" + _APP_DIR], []
    package_json = _package_json(ctx, sources, prefix)
    if package_json:
        flags.append("--package-json=" + package_json.path)
        inputs.append(package_json)
    return image_outputs(image(
        ctx,
        layers = layers,
        base = _base_layout(ctx),
        entrypoint = ctx.attr.entrypoint,
        cmd = ctx.attr.cmd,
        flags = flags,
        inputs = inputs,
    ), **groups)

def _base_layout(ctx):
    if NodeImageInfo in ctx.attr.base:
        return ctx.attr.base[NodeImageInfo].layout
    files = ctx.files.base
    if len(files) != 1 or not files[0].is_directory:
        fail("{}: base {} has {} files, expected one OCI image layout directory, as node_runtime, oci_image or oci_pull make it".format(
            ctx.label,
            ctx.attr.base.label,
            len(files),
        ))
    return files[0]

node_app_image = rule(
    doc = _DOC,
    implementation = _node_app_image_impl,
    cfg = platform_transition,
    attrs = IMAGE_ATTRS | FILE_LAYER_ATTRS | {
        "allow_srcs": attr.string_list(
            doc = "Paths among `srcs`, relative to the package, that are wanted although they look like secrets or debris " +
                  "(`.npmrc`, `.env*`, `.git`, `node_modules`).",
        ),
        "base": attr.label(
            default = "//runtime",
            allow_files = True,
            doc = "The base image: a `node_runtime`, or any target with an OCI image layout directory.",
        ),
        "cmd": attr.string_list(doc = "What node is given to run, such as `[\"server.js\"]`. Default: see above."),
        "compression": COMPRESSION_ATTR,
        "entrypoint": attr.string_list(doc = "The entrypoint, instead of the base's `[\"/opt/bin/node\"]`."),
        "node_modules": attr.label(
            providers = [NpmTreeInfo],
            doc = "The npm packages: `@<name>//:production` of an `npm.package_lock`.",
        ),
        "package_json": attr.label(
            allow_single_file = ["package.json"],
            doc = "The application's package.json. Default: the one among `srcs`, if any.",
        ),
        "platform": PLATFORM_ATTR,
        "srcs": attr.label_list(
            allow_files = True,
            doc = "The application's files; directories are taken whole.",
        ),
        "_npm_layer": attr.label(default = "//tools/npm_layer", executable = True, cfg = "exec"),
    },
)
