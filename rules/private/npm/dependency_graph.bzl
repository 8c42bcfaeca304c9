# SPDX-License-Identifier: Apache-2.0
"""The graph of a lockfile's packages, and what npm calls the dependency flags of each.

npm reads the flags of a lockfile (`dev`, `optional`, `devOptional`, `peer`) no more when it installs: it works them out from the
edges. So does this file, as an edited or merged lockfile may carry stale flags.
"""

load(":lockfile_path.bzl", "lockfile_path")

_FLAGS = ["dev", "optional", "dev_optional", "extraneous"]

def _edges_of(entry, is_root, legacy_peer_deps):
    """Returns name -> kind of edge. The later of these overrules: peer, peer_optional, prod, optional, dev (of the root only)."""
    kinds = {}
    if not legacy_peer_deps:
        for name in entry.peer_dependencies:
            meta = entry.peer_dependencies_meta.get(name)
            kinds[name] = "peer_optional" if type(meta) == "dict" and meta.get("optional") else "peer"
    for name in entry.dependencies:
        kinds[name] = "prod"
    for name in entry.optional_dependencies:
        kinds[name] = "optional"
    if is_root:
        for name in entry.dev_dependencies:
            kinds[name] = "dev"
    return kinds

def _resolve(packages, entry, name):
    """Returns the key of the package that `require(name)` finds from an entry: the nearest on the way up; None if there is none."""
    for folder in [entry.path] + entry.ancestors:
        key = lockfile_path.child(folder, name)
        if key in packages:
            return key
    return None

def _lowered(flags, source, edge):
    """Returns those flags of an edge's target which the edge and its source take away, as npm's calc-dep-flags does."""
    lowered = []
    if flags["extraneous"] and not source["extraneous"] and edge.kind != "peer_optional":
        lowered.append("extraneous")
    if flags["dev"] and not source["dev"] and edge.kind != "dev":
        lowered.append("dev")
    if flags["optional"] and not source["optional"] and not edge.is_optional:
        lowered.append("optional")
    if flags["dev_optional"] and edge.kind != "dev" and not edge.is_optional:
        if not (source["dev_optional"] or source["dev"] or source["optional"]):
            lowered.append("dev_optional")
    return lowered

def _flags(paths, edges_out):
    """Returns path -> flag -> bool. Every package has every flag until a path from the root takes it away."""
    flags = {path: {flag: True for flag in _FLAGS} for path in paths}
    flags[""] = {flag: False for flag in _FLAGS}
    wave = [""]

    # A package is in a wave only after it lost a flag, so that there are at most this many waves.
    for _ in range(len(paths) * len(_FLAGS) + 1):
        if not wave:
            break
        changed = {}
        for path in wave:
            for edge in edges_out[path]:
                if not edge.target:
                    continue
                for flag in _lowered(flags[edge.target], flags[path], edge):
                    flags[edge.target][flag] = False
                    changed[edge.target] = None
        wave = changed.keys()

    # What is needed for development only or by optional packages only is not needed by both.
    for path in paths:
        if flags[path]["dev"] or flags[path]["optional"]:
            flags[path]["dev_optional"] = False
    return flags

def _build(lock, legacy_peer_deps):
    """Builds the graph of a lockfile.

    Args:
      lock: see lockfile.bzl.
      legacy_peer_deps: whether peer dependencies are ignored, as npm does with that setting.

    Returns:
      A struct of `edges_out` and `edges_in` (path -> list of edges; the root's path is empty) and `flags` (path -> dict of
      `dev`, `optional`, `dev_optional`, `extraneous`). An edge is a struct of `source` and `target` (paths; target None where
      the lockfile has no such package), `name`, `kind` (prod, optional, peer, peer_optional, dev) and `is_optional`.
    """
    paths = [""] + lock.packages.keys()
    edges_out = {}
    edges_in = {path: [] for path in paths}
    for path in paths:
        entry = lock.packages[path] if path else lock.root
        edges = [
            struct(
                source = path,
                target = _resolve(lock.packages, entry, name),
                name = name,
                kind = kind,
                is_optional = kind in ("optional", "peer_optional"),
            )
            for name, kind in _edges_of(entry, not path, legacy_peer_deps).items()
        ]
        edges_out[path] = edges
        for edge in edges:
            if edge.target:
                edges_in[edge.target].append(edge)
    return struct(
        edges_in = edges_in,
        edges_out = edges_out,
        flags = _flags(paths, edges_out),
    )

dependency_graph = struct(build = _build)
