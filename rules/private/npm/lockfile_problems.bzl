# SPDX-License-Identifier: Apache-2.0
"""What is said about entries of a lockfile that cannot be used: which, what was found, what was expected, what to do."""

# Longer lists help nobody.
_MAX_LISTED = 10

_FOUND = "reading lockfile {label}: {what}:\n{list}\n{todo}"

# Kind of problem -> (what is wrong, what to do), in the order in which they are told.
_PROBLEMS = {
    "malformed": (
        "these entries of packages are not what npm writes",
        "Make the lockfile anew with `npm install --package-lock-only --lockfile-version=3`.",
    ),
    "unsafe": (
        "these keys of packages are not places in node_modules (`node_modules/<name>`, nested or not)",
        "npm does not write such keys for registry packages. Find out who did, then make the lockfile anew with " +
        "`npm install --package-lock-only --lockfile-version=3`.",
    ),
    "duplicate": (
        "these keys of packages differ only in case, so that they are one place for npm",
        "Keep one of each, then run `npm install --package-lock-only`.",
    ),
    "link": (
        "found links, expected packages from a registry: workspaces and `file:` dependencies are not supported",
        "Depend on published versions, or give the image's application a package.json and a lockfile of its own and take the " +
        "linked sources into its srcs.",
    ),
    "git": (
        "found git dependencies, expected packages from a registry: git gives npm no integrity to lock",
        "Depend on a published version, or on the URL of a .tgz of that commit, for which npm locks an integrity.",
    ),
    "file": (
        "found tarballs in the source tree, expected packages from a registry: `file:` dependencies are not supported",
        "Depend on a published version, or on the URL of a .tgz.",
    ),
    "url": (
        "found `resolved` values of an unknown kind, expected http:// or https:// URLs",
        "Depend on a published version, or on the URL of a .tgz.",
    ),
    "unhashed": (
        "these entries have no integrity, expected a hash for each, as nothing is fetched unchecked",
        "npm does not fill the gap by itself (npm/cli#4460): delete these entries from the file, remove node_modules beside it, " +
        "and run `npm install --package-lock-only`.",
    ),
    "integrity": (
        "these entries have an integrity that cannot be checked",
        "Delete these entries from the file, remove node_modules beside it, and run `npm install --package-lock-only`.",
    ),
}

def _listed(details):
    lines = ["  " + line for line in details[:_MAX_LISTED]]
    if len(details) > _MAX_LISTED:
        lines.append("  and {} more".format(len(details) - _MAX_LISTED))
    return "\n".join(lines)

def _text(label, problems):
    """Returns the whole error text.

    Args:
      label: string, the lockfile's label.
      problems: kind (a key of _PROBLEMS) -> list of entries' descriptions.

    Returns:
      A string, one paragraph per kind.
    """
    return "\n".join([
        _FOUND.format(label = label, what = what, list = _listed(problems[kind]), todo = todo)
        for kind, (what, todo) in _PROBLEMS.items()
        if problems.get(kind)
    ])

lockfile_problems = struct(text = _text)
