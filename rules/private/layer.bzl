# SPDX-License-Identifier: Apache-2.0
"""The action that writes a layer of files, shared by every rule that has one."""

load("//rules:providers.bzl", "LayerInfo")

FILE_LAYER_ATTRS = {
    "_file_layer": attr.label(default = "//tools/file_layer", executable = True, cfg = "exec"),
}

# Where an application stands in its image, relative to the root.
APP_DIR = "usr/src/app"

_SUFFIX = {"gzip": ".tar.gz", "zstd": ".tar.zst"}

COMPRESSIONS = _SUFFIX.keys()

COMPRESSION_ATTR = attr.string(
    default = "gzip",
    values = COMPRESSIONS,
    doc = "How layers are compressed. gzip is read by everything; zstd is a fifth to a third smaller, and needs Docker 23 or newer.",
)

def entry(path, file = None, mode = None, uid = 0, gid = 0, target = None):
    """Returns one line of a file layer's params file (wire.Entry): a file, a symlink, or else a directory.

    Args:
      path: where it stands in the image, relative to the root.
      file: a File whose content it has.
      mode: octal, such as "0644"; a file must have one, None means 0755 for a directory.
      uid: the owner's number.
      gid: the group's number.
      target: what a symlink points to.

    Returns:
      A JSON string.
    """
    fields = {"path": path, "type": "file" if file else "symlink" if target else "dir"}
    if file:
        fields["src"] = file.path
    if target:
        fields["target"] = target
    if mode:
        fields["mode"] = mode
    if uid:
        fields["uid"] = uid
    if gid:
        fields["gid"] = gid
    return json.encode(fields)

def declare_layer(ctx, name, compression):
    """Declares a layer's three files.

    Args:
      ctx: the rule's context.
      name: the layer's part of the file names: `deps`, `app`.
      compression: gzip or zstd.

    Returns:
      A LayerInfo.
    """
    blob = "{}.{}{}".format(ctx.label.name, name, _SUFFIX[compression])
    return LayerInfo(
        blob = ctx.actions.declare_file(blob),
        meta = ctx.actions.declare_file(blob + ".json"),
        listing = ctx.actions.declare_file(blob + ".listing.txt"),
    )

def layer_args(ctx, layer, comment, compression, created_by = None):
    """Returns the flags that every layer tool has.

    Args:
      ctx: the rule's context.
      layer: the LayerInfo to write.
      comment: what the layer holds, for the image's history.
      compression: gzip or zstd.
      created_by: what made it, for the history. Default: the target's label.

    Returns:
      An Args.
    """
    args = ctx.actions.args()
    args.add(layer.blob, format = "--output=%s")
    args.add(layer.meta, format = "--meta=%s")
    args.add(layer.listing, format = "--listing=%s")
    args.add(created_by or label_text(ctx.label), format = "--created-by=%s")
    args.add(comment, format = "--comment=%s")
    args.add(compression, format = "--compression=%s")
    return args

def label_text(label):
    """Returns a label as its own repository's users write it.

    An image must not tell by its bytes whether its module was the root one, so the repository's name is left out.

    Args:
      label: a Label.

    Returns:
      A string `//package:name`.
    """
    return "//{}:{}".format(label.package, label.name)

def file_layer(ctx, name, comment, compression, inputs, entries = [], files = [], map_each = None, flags = []):
    """Declares and writes a layer of files.

    Args:
      ctx: the context of a rule that has FILE_LAYER_ATTRS.
      name: the layer's part of the file names.
      comment: what the layer holds.
      compression: gzip or zstd.
      inputs: depset of the Files that entries name.
      entries: JSON strings made by entry().
      files: Files or a depset of them, turned into entries by map_each.
      map_each: see files; it also sees the files in a directory.
      flags: further flags of the tool.

    Returns:
      A LayerInfo.
    """
    layer = declare_layer(ctx, name, compression)
    lines = ctx.actions.args()
    lines.use_param_file("--entries=%s", use_always = True)
    lines.set_param_file_format("multiline")
    lines.add_all(entries)
    if files:
        lines.add_all(files, map_each = map_each, allow_closure = True)
    args = layer_args(ctx, layer, comment, compression)
    args.add_all(flags)
    ctx.actions.run(
        executable = ctx.executable._file_layer,
        arguments = [lines, args],
        inputs = inputs,
        outputs = [layer.blob, layer.meta, layer.listing],
        mnemonic = "FileLayer",
        progress_message = "Writing layer %{output}",
    )
    return layer
