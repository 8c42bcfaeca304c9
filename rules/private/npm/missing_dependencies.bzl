# SPDX-License-Identifier: Apache-2.0
"""Dependencies that a lockfile names but does not hold.

A dependency without an entry cannot be installed: an error. Optional ones may be absent; but npm is known to lose the entries
of all platforms except the one it ran on (npm/cli#4828), and then an application breaks at run time, far from the cause.
"""

load(":target_platform.bzl", "target_platform")

_INCOMPLETE = """\
planning node_modules of {lockfile}: found no entries for these dependencies, expected one for each:
{list}
The lockfile is incomplete or older than package.json. Run `npm install --package-lock-only`.\
"""

_LOST_PLATFORM = """\
planning node_modules of {lockfile} for {platform}: {parent} has one optional package for each platform, of which the lockfile \
holds {locked}, expected {missing} as well: npm has lost it (npm/cli#4828).
Delete the entry of {parent} from the lockfile, remove node_modules beside it, and run \
`npm install --package-lock-only --os={os} --cpu={cpu} --libc={libc}` with a registry that has it.\
"""

_MAX_LISTED = 10

def _title(path):
    return json.encode(path) if path else "the project itself"

def _listed(items):
    return ["  " + item for item in items[:_MAX_LISTED]] + (
        ["  and {} more".format(len(items) - _MAX_LISTED)] if len(items) > _MAX_LISTED else []
    )

def _incomplete(lock, graph, kept, with_dev):
    """Finds dependencies that must be there.

    Args:
      lock: see lockfile.bzl.
      graph: see dependency_graph.bzl.
      kept: list of paths of the packages in the plan.
      with_dev: whether the plan has development dependencies.

    Returns:
      An error text, or None.
    """
    kinds = ("prod", "dev") if with_dev else ("prod",)
    missing = []
    for path in [""] + kept:
        # What is inside a tarball is as its publisher wants it.
        bundled = path in lock.bundlers
        for edge in graph.edges_out[path]:
            if edge.target or bundled or edge.kind not in kinds:
                continue
            if path == "" or edge.name not in lock.packages[path].bundle_dependencies:
                missing.append("{}, a dependency of {}".format(json.encode(edge.name), _title(path)))
    if not missing:
        return None
    return _INCOMPLETE.format(lockfile = lock.label, list = "\n".join(_listed(missing)))

def _family_error(lock, edges, parent, platform):
    """Returns an error text if a package's optional dependencies cover other platforms but not this one, or None."""
    locked = [lock.packages[edge.target] for edge in edges if edge.target]
    absent = [edge.name for edge in edges if not edge.target]
    names = {edge.name: None for edge in edges}
    wanted = [name for name in absent if target_platform.is_named_for(name, platform, names)]
    others = [entry for entry in locked if entry.os != None or entry.cpu != None]
    if not wanted or not others:
        return None
    for entry in others:
        if not target_platform.optional_misfit(entry, platform, names, None):
            return None
    return _LOST_PLATFORM.format(
        lockfile = lock.label,
        platform = platform.name,
        parent = _title(parent),
        locked = ", ".join([json.encode(entry.name) for entry in others[:_MAX_LISTED]]),
        missing = " or ".join([json.encode(name) for name in wanted]),
        os = platform.os,
        cpu = platform.cpu,
        libc = platform.libc,
    )

def _lost_platform(lock, graph, kept, platform):
    """Finds packages whose variant for this platform is absent while those for others are there.

    Args:
      lock: see lockfile.bzl.
      graph: see dependency_graph.bzl.
      kept: list of paths of the packages in the plan.
      platform: one of target_platform.ALL.

    Returns:
      An error text, or None.
    """
    for path in [""] + kept:
        edges = [edge for edge in graph.edges_out[path] if edge.kind == "optional"]
        if len(edges) > 1 and path not in lock.bundlers:
            error = _family_error(lock, edges, path, platform)
            if error:
                return error
    return None

def _notes(lock, graph, kept):
    """Returns the absent optional and peer dependencies of the plan's packages, sorted, for the prune report."""
    notes = []
    for path in [""] + kept:
        for edge in graph.edges_out[path]:
            if not edge.target and edge.kind in ("optional", "peer") and path not in lock.bundlers:
                notes.append("{} dependency {} of {} is not in the lockfile".format(edge.kind, edge.name, path or "the project itself"))
    return sorted(notes)

missing_dependencies = struct(
    incomplete = _incomplete,
    lost_platform = _lost_platform,
    notes = _notes,
)
