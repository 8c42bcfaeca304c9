# SPDX-License-Identifier: Apache-2.0
"""The graph of a lockfile's packages, and what npm calls the dependency flags of each.

npm reads the flags of a lockfile (`dev`, `optional`, `devOptional`, `peer`) no more when it installs: it works them out from the
edges. So does this file, as an edited or merged lockfile may carry stale flags.
"""

load(":lockfile_path.bzl", "lockfile_path")

_FLAGS = ["dev", "optional", "dev_optional", "peer", "extraneous"]

def _edges_of(entry, is_root, legacy_peer_deps):
    """Returns name -> kind of edge, in npm's order. The later of these overrules: peer, peer_optional, prod, optional, dev (of the root only)."""
    kinds = {}
    if not legacy_peer_deps:
        metas = entry.peer_dependencies_meta
        is_optional = {name: type(metas.get(name)) == "dict" and metas[name].get("optional") for name in entry.peer_dependencies}
        kinds.update({name: "peer" for name, optional in is_optional.items() if not optional})
        kinds.update({name: "peer_optional" for name, optional in is_optional.items() if optional})
    by_kind = [("prod", entry.dependencies), ("optional", entry.optional_dependencies)]
    for kind, names in by_kind + ([("dev", entry.dev_dependencies)] if is_root else []):
        for name in names:
            kinds.pop(name, None)
            kinds[name] = kind
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
    if flags["peer"] and not source["peer"] and edge.kind not in ("peer", "peer_optional"):
        lowered.append("peer")
    return lowered

def _keep_ancestors(lock, flags, path):
    """What holds a needed package in its node_modules is needed as well, though nothing is said about its dependencies."""
    for ancestor in lock.packages[path].ancestors if path else []:
        if not flags[ancestor]["extraneous"]:
            break
        flags[ancestor]["extraneous"] = False

def _flags(lock, edges_out):
    """Returns path -> flag -> bool. Every package has every flag until a path from the root takes it away."""
    flags = {path: {flag: True for flag in _FLAGS} for path in lock.packages}
    flags[""] = {flag: False for flag in _FLAGS}

    # A stack, as in npm: _keep_ancestors makes the outcome depend on the order. A push follows the loss of a flag.
    stack = [""]
    for _ in range(len(flags) * len(_FLAGS) + 1):
        if not stack:
            break
        path = stack.pop()
        if not flags[path]["extraneous"]:
            _keep_ancestors(lock, flags, path)
        for edge in edges_out[path]:
            lowered = _lowered(flags[edge.target], flags[path], edge) if edge.target else []
            for flag in lowered:
                flags[edge.target][flag] = False
            if lowered:
                stack.append(edge.target)

    # What is needed for development only or by optional packages only is not needed by both.
    for path in lock.packages:
        if flags[path]["dev"] or flags[path]["optional"]:
            flags[path]["dev_optional"] = False
    return flags

def _without_extraneous(edges, flags):
    return {
        path: [edge for edge in edges[path] if not flags[edge.source]["extraneous"] and not (edge.target and flags[edge.target]["extraneous"])]
        for path in edges
    }

def _build(lock, legacy_peer_deps):
    """Builds the graph of a lockfile.

    Args:
      lock: see lockfile.bzl.
      legacy_peer_deps: whether peer dependencies are ignored, as npm does with that setting.

    Returns:
      A struct of `edges_out` and `edges_in` (path -> list of edges; the root's path is empty) and `flags` (path -> dict of
      `dev`, `optional`, `dev_optional`, `peer`, `extraneous`), and `optional_peers` (path of an extraneous package -> path of one
      that has it as an optional peer dependency). An edge is a struct of `source` and `target` (paths; target None where
      the lockfile has no such package), `name`, `kind` (prod, optional, peer, peer_optional, dev) and `is_optional`. Packages
      that are extraneous have no edges: npm removes them before anything else.
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
    flags = _flags(lock, edges_out)
    return struct(
        edges_in = _without_extraneous(edges_in, flags),
        edges_out = _without_extraneous(edges_out, flags),
        flags = flags,
        optional_peers = {
            edge.target: path
            for path in paths
            for edge in edges_out[path]
            if edge.target and flags[edge.target]["extraneous"] and not flags[path]["extraneous"]
        },
    )

dependency_graph = struct(build = _build)
