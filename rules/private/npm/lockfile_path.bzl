# SPDX-License-Identifier: Apache-2.0
"""The keys of a lockfile's `packages`: where a package stands in the node_modules tree."""

_NODE_MODULES = "node_modules/"
_NAME_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!'()*"

def _is_part(part):
    if not part or part[0] == "." or part == "node_modules":
        return False
    for c in part.elems():
        if c not in _NAME_CHARACTERS:
            return False
    return True

def _is_name(name):
    """Returns whether this is the name of a package: `name` or `@scope/name`, of the characters that the npm registry ever took."""
    if not name.startswith("@"):
        return _is_part(name)
    scope, _, rest = name[1:].partition("/")
    return _is_part(scope) and _is_part(rest)

def _split(path):
    """Splits a key into the names of the packages that it goes through.

    Args:
      path: such as `node_modules/a/node_modules/@b/c`.

    Returns:
      A list of names, the innermost last, such as `["a", "@b/c"]`; None where the key is not of that shape: anything that
      could lead out of node_modules.
    """
    if not path.startswith(_NODE_MODULES):
        return None
    names = path[len(_NODE_MODULES):].split("/" + _NODE_MODULES)
    for name in names:
        if not _is_name(name):
            return None
    return names

def _ancestors(names):
    """Returns the keys of the packages that a package stands in: the nearest first, the root (`""`) last."""
    keys = [""]
    for name in names[:-1]:
        keys.insert(0, _child(keys[0], name))
    return keys

def _child(path, name):
    """Returns the key of the package `name` in the node_modules of the package at `path`."""
    return (path + "/" if path else "") + _NODE_MODULES + name

lockfile_path = struct(
    ancestors = _ancestors,
    child = _child,
    is_name = _is_name,
    split = _split,
)
