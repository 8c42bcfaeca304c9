# SPDX-License-Identifier: Apache-2.0
"""The action that puts layers and a configuration together into an OCI image layout directory."""

load("//rules:providers.bzl", "NodeImageInfo")
load(":layer.bzl", "label_text")
load(":stamp.bzl", "STAMP_ATTRS", "is_stamped", "status_files")

_ARCHITECTURES = {
    "amd64": "_x86_64",
    "arm64": "_aarch64",
}

IMAGE_ATTRS = STAMP_ATTRS | {
    "annotations": attr.string_dict(
        doc = "Annotations of the manifest. `{KEY}` is replaced from the workspace status where the build is stamped " +
              "(see `stamp`); elsewhere an annotation with a placeholder is left out.",
    ),
    "created": attr.string(
        default = "1970-01-01T00:00:00Z",
        doc = "When the image was created: RFC 3339, or `{KEY}` of the workspace status (such as `{BUILD_TIMESTAMP}`), " +
              "which without stamping means the epoch. It stands in the configuration alone, never in a layer.",
    ),
    "env": attr.string_dict(doc = "Environment variables, over those of the base. They are taken as they stand: no placeholders."),
    "exposed_ports": attr.string_list(doc = "Ports that the image listens on: `8080`, `8080/tcp`, `53/udp`."),
    "labels": attr.string_dict(doc = "Labels of the configuration, over those of the base. Placeholders as in `annotations`."),
    "user": attr.string(doc = "`uid`, `uid:gid`, or a name in the image's passwd. Empty: the base's."),
    "workdir": attr.string(doc = "Working directory, absolute. Empty: the base's."),
    "_aarch64": attr.label(default = "@platforms//cpu:aarch64", providers = [platform_common.ConstraintValueInfo]),
    "_image": attr.label(default = "//tools/image", executable = True, cfg = "exec"),
    "_linux": attr.label(default = "@platforms//os:linux", providers = [platform_common.ConstraintValueInfo]),
    "_x86_64": attr.label(default = "@platforms//cpu:x86_64", providers = [platform_common.ConstraintValueInfo]),
}

_NO_PLATFORM = """\
{label}: the target platform is none that images are made for: expected linux on x86_64 or aarch64. \
Set platform = "@rules_node_image//platforms:linux_amd64_gnu" (or another of that package) on the image, or build with --platforms.\
"""

def _architecture(ctx):
    def has(attribute):
        return ctx.target_platform_has_constraint(getattr(ctx.attr, attribute)[platform_common.ConstraintValueInfo])

    if has("_linux"):
        for architecture, attribute in _ARCHITECTURES.items():
            if has(attribute):
                return architecture
    fail(_NO_PLATFORM.format(label = ctx.label))

def image(ctx, layers, base = None, entrypoint = [], cmd = [], env = {}, user = "", workdir = "", flags = [], inputs = []):
    """Declares and assembles an image from the attributes in IMAGE_ATTRS and what is given here.

    Args:
      ctx: the context of a rule that has IMAGE_ATTRS.
      layers: LayerInfos, the lowest first.
      base: a File, an OCI layout directory; or None.
      entrypoint: the entrypoint; empty: the base's.
      cmd: the command; empty: the base's.
      env: environment variables that the attribute may override.
      user: the user where the attribute is empty.
      workdir: the working directory where the attribute is empty.
      flags: further flags of the tool.
      inputs: Files that flags name.

    Returns:
      A NodeImageInfo.
    """
    layout = ctx.actions.declare_directory(ctx.label.name)
    digest = ctx.actions.declare_file(ctx.label.name + ".digest")
    status = status_files(ctx, [ctx.attr.created] + ctx.attr.labels.values() + ctx.attr.annotations.values())

    lines = ctx.actions.args()
    lines.use_param_file("--layers=%s", use_always = True)
    lines.set_param_file_format("multiline")
    for layer in layers:
        lines.add(json.encode({"blob": layer.blob.path, "meta": layer.meta.path, "listing": layer.listing.path}))

    args = ctx.actions.args()
    args.add(layout.path, format = "--output=%s")
    args.add(digest, format = "--digest=%s")
    if base:
        args.add(base.path, format = "--base=%s")
    args.add("--os=linux")
    args.add(_architecture(ctx), format = "--architecture=%s")
    args.add(label_text(ctx.label), format = "--created-by=%s")
    args.add_all(entrypoint, format_each = "--entrypoint=%s")
    args.add_all(cmd, format_each = "--cmd=%s")
    args.add_all(_pairs(env | ctx.attr.env), format_each = "--env=%s")
    args.add_all(_pairs(ctx.attr.labels), format_each = "--label=%s")
    args.add_all(_pairs(ctx.attr.annotations), format_each = "--annotation=%s")
    args.add_all(ctx.attr.exposed_ports, format_each = "--exposed-port=%s")
    args.add(ctx.attr.created, format = "--created=%s")
    if ctx.attr.user or user:
        args.add(ctx.attr.user or user, format = "--user=%s")
    if ctx.attr.workdir or workdir:
        args.add(ctx.attr.workdir or workdir, format = "--workdir=%s")
    if is_stamped(ctx):
        args.add("--stamp")
    args.add_all(status, format_each = "--status=%s")
    args.add_all(flags)

    blobs = [f for layer in layers for f in [layer.blob, layer.meta, layer.listing]]
    ctx.actions.run(
        executable = ctx.executable._image,
        arguments = [lines, args],
        inputs = blobs + status + inputs + ([base] if base else []),
        outputs = [layout, digest],
        mnemonic = "OciImage",
        progress_message = "Assembling image %{label}",
    )
    return NodeImageInfo(layout = layout, digest = digest, layers = layers)

def _pairs(mapping):
    return ["{}={}".format(key, value) for key, value in sorted(mapping.items())]

def image_outputs(info, **groups):
    """Returns the providers of a rule that makes an image.

    Args:
      info: the NodeImageInfo.
      **groups: further output groups, each a list of Files.

    Returns:
      A list of providers: the layout directory is the only default output.
    """
    layers = [f for layer in info.layers for f in [layer.blob, layer.listing]]
    return [
        DefaultInfo(files = depset([info.layout])),
        OutputGroupInfo(digest = depset([info.digest]), layers = depset(layers), **{k: depset(v) for k, v in groups.items()}),
        info,
    ]

def _platform_impl(_settings, attr):
    return {"//command_line_option:platforms": str(attr.platform)} if attr.platform else {}

# What an image holds is built for the platform that the image runs on; the tools are not.
platform_transition = transition(
    implementation = _platform_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

PLATFORM_ATTR = attr.label(
    doc = "Platform that the image runs on, such as `@rules_node_image//platforms:linux_amd64_gnu`. Default: the build's target platform.",
)
