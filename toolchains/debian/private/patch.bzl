# SPDX-License-Identifier: Apache-2.0
"""Applies unified diffs without a program of the host.

It is not `ctx.patch`, which some builds of Bazel reject patches with that patch(1) takes. Stricter than patch(1): what a hunk
removes, with all its context, must stand in the file exactly once.
"""

def _parse(text):
    """Reads a unified diff.

    Args:
      text: the patch; anything around the diffs, such as a mail, is skipped.

    Returns:
      A list of structs of `file` (without the first directory), and `hunks`, a list of (old text, new text).
    """
    files = []
    old, new, previous = 0, 0, ""
    for line in text.split("\n"):
        if old > 0 or new > 0:
            hunks = files[-1].hunks
            kind, rest = line[:1] or " ", line[1:] + "\n"
            if kind in " -":
                hunks[-1][0] += rest
                old -= 1
            if kind in " +":
                hunks[-1][1] += rest
                new -= 1
        elif line.startswith("+++ ") and previous.startswith("--- "):
            files.append(struct(file = line[len("+++ "):].split("\t")[0].partition("/")[2], hunks = []))
        elif line.startswith("@@ ") and files:
            ranges = line.split(" ")
            old, new = [int((range + ",1").split(",")[1]) for range in ranges[1:3]]
            files[-1].hunks.append(["", ""])
        previous = line
    return files

def _apply(content, hunks):
    """Applies hunks to a file.

    Args:
      content: the file's text, "" if there is no such file yet.
      hunks: as from parse.

    Returns:
      The new text and None, or None and what does not fit.
    """
    for old, new in hunks:
        if not old:
            content = new + content
            continue
        found = content.count(old)
        if found != 1:
            return None, "what it replaces stands there {} times, want once:\n{}".format(found, old)
        content = content.replace(old, new)
    return content, None

def _apply_all(ctx, patch):
    """Applies a patch to files of the repository.

    Args:
      ctx: the repository_ctx.
      patch: path of the patch in the repository.
    """
    files = _parse(ctx.read(patch))
    if not files:
        fail("applying {}: found no unified diff in it".format(patch))
    for part in files:
        exists = ctx.path(part.file).exists
        content, problem = _apply(ctx.read(part.file) if exists else "", part.hunks)
        if problem:
            fail("applying {} to {}: {}".format(patch, part.file, problem))
        ctx.file(part.file, content, executable = False, legacy_utf8 = False)

unified = struct(
    apply = _apply,
    apply_all = _apply_all,
    parse = _parse,
)
