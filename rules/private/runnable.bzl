# SPDX-License-Identifier: Apache-2.0
"""How a target that is run (push, load, inspect, test) tells its tool what to do: a JSON file beside the executable."""

IMAGE_ATTR = attr.label(
    mandatory = True,
    allow_files = True,
    doc = "The image: a `node_app_image`, a `node_runtime`, or any target with an OCI image layout directory.",
)

def rlocation(ctx, file):
    """Returns the path by which a runfiles library finds a file.

    Args:
      ctx: the rule's context.
      file: a File.

    Returns:
      A string.
    """
    if file.short_path.startswith("../"):
        return file.short_path.removeprefix("../")
    return ctx.workspace_name + "/" + file.short_path

def runnable(ctx, tool, config, files):
    """Makes the target an executable: the tool under the target's name, with its configuration beside it.

    Args:
      ctx: the context of an executable rule.
      tool: the executable attribute's Target.
      config: dict, the tool's configuration.
      files: Files that the configuration names by rlocation().

    Returns:
      A DefaultInfo.
    """
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = executable, target_file = tool[DefaultInfo].files_to_run.executable, is_executable = True)
    json_file = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(json_file, json.encode_indent(config, indent = "  ") + "\n")
    return DefaultInfo(
        executable = executable,
        files = depset([executable, json_file]),
        runfiles = ctx.runfiles(files + [json_file]).merge(tool[DefaultInfo].default_runfiles),
    )
