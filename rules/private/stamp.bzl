# SPDX-License-Identifier: Apache-2.0
"""Whether a build is stamped: the one place that knows how Bazel's --stamp reaches a rule."""

_StampInfo = provider(doc = "Whether Bazel runs with --stamp.", fields = {"enabled": "bool."})

stamp_flag = rule(
    doc = "Carries the value of --stamp; a private attribute's default cannot be a select().",
    implementation = lambda ctx: [_StampInfo(enabled = ctx.attr.enabled)],
    attrs = {"enabled": attr.bool(mandatory = True, doc = "A select() on --stamp.")},
)

STAMP_ATTRS = {
    "stamp": attr.int(
        default = -1,
        values = [-1, 0, 1],
        doc = "Whether `{KEY}` placeholders are filled in from the workspace status: 1 always, 0 never, -1 where Bazel runs with `--stamp`.",
    ),
    "_stamp": attr.label(default = ":stamp", providers = [_StampInfo]),
}

def is_stamped(ctx):
    """Returns whether this target is stamped.

    Args:
      ctx: the context of a rule that has STAMP_ATTRS.

    Returns:
      A bool.
    """
    return ctx.attr.stamp == 1 or (ctx.attr.stamp == -1 and ctx.attr._stamp[_StampInfo].enabled)

def status_files(ctx, values):
    """Returns the workspace status files if some value needs them.

    A target without placeholders does not depend on them, and so is the same in a stamped build.

    Args:
      ctx: the context of a rule that has STAMP_ATTRS.
      values: list of strings that may hold placeholders.

    Returns:
      A list of Files, empty where nothing is to be filled in.
    """
    if is_stamped(ctx) and [v for v in values if _has_placeholder(v)]:
        return [ctx.info_file, ctx.version_file]
    return []

def _has_placeholder(value):
    # What tools/internal/oci takes for one: {KEY} in capitals, digits and underscores.
    for part in value.split("{")[1:]:
        key, brace, _ = part.partition("}")
        if brace and key and key == key.upper() and key.replace("_", "").isalnum():
            return True
    return False
