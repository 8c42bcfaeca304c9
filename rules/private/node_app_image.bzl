# SPDX-License-Identifier: Apache-2.0
"""node_app_image: an application and its npm packages on a base image."""

load("//rules:providers.bzl", "NpmTreeInfo")
load(":image.bzl", "IMAGE_ATTRS", "PLATFORM_ATTR", "image", "image_outputs", "platform_transition")
load(":layer.bzl", "APP_DIR", "COMPRESSION_ATTR", "FILE_LAYER_ATTRS", "entry", "file_layer")
load(":layout.bzl", "image_layout")

_DOC = """\
An application as an image: the base, a layer of npm packages, a layer of the application's files.

The files of `srcs` stand at `/usr/src/app`, at their paths relative to the target's package; the npm packages stand at
`/usr/src/app/node_modules`, as `npm ci --omit=dev --ignore-scripts` would place them. Everything belongs to root and is readable by all.

What the image starts is `cmd`, or follows from package.json: `scripts.start`, which must be a plain `node ...` because there is no
shell; without a start script `main`, `bin`, or `index.js`. A file that node would not find is an error.

Default output: an OCI image layout directory. Output groups: `layers` (blobs and their listings), `digest` (the manifest's),
`prune_report` (every package of the lockfile, kept or dropped and why).

`bazel run <name>.inspect` prints the layout's place, its digest, its configuration, and the layers with their sizes and what made them.
"""

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
        if not file.short_path.startswith(prefix) or (not prefix and file.short_path.startswith("../")):
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
    flags = ["--app-dir=" + APP_DIR] + ["--allow=" + path for path in ctx.attr.allow_srcs]
    return file_layer(
        ctx,
        name = "app",
        comment = "application",
        compression = ctx.attr.compression,
        inputs = sources,
        files = sources,
        # A directory among the sources has been expanded to its files here. Whether a file is executable is nothing that Bazel
        # tracks, so that it must not show: all are, which does no harm where nothing can start them but node.
        map_each = lambda file: entry(APP_DIR + "/" + file.short_path.removeprefix(prefix), file = file, mode = "0755"),
        flags = flags,
    )

def _node_app_image_impl(ctx):
    prefix = _package_prefix(ctx)
    sources = _sources(ctx, prefix)
    layers, groups, inputs = [], {}, []
    flags = ["--app-dir=" + APP_DIR]
    if ctx.attr.node_modules:
        tree = ctx.attr.node_modules[NpmTreeInfo]
        layers.append(tree.layers[ctx.attr.compression])
        flags.append("--npm-packages")
        report = ctx.actions.declare_file(ctx.label.name + ".prune.json")
        ctx.actions.symlink(output = report, target_file = tree.report)
        groups["prune_report"] = [report]
    layers.append(_app_layer(ctx, sources, prefix))

    package_json = _package_json(ctx, sources, prefix)
    if package_json:
        flags.append("--package-json=" + package_json.path)
        inputs.append(package_json)
    return image_outputs(image(
        ctx,
        layers = layers,
        base = image_layout(ctx, "base"),
        entrypoint = ctx.attr.entrypoint,
        cmd = ctx.attr.cmd,
        workdir = "/" + APP_DIR,
        flags = flags,
        inputs = inputs,
    ), **groups)

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
        "entrypoint": attr.string_list(
            doc = "The entrypoint, instead of the base's `[\"/opt/bin/node\"]`. If it is node, with options of its own maybe, the " +
                  "command is found as always.",
        ),
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
            doc = "The application's files; a directory that a rule makes is taken whole. In the image every file has mode 0755, since " +
                  "Bazel does not track whether a file is executable.",
        ),
    },
)
