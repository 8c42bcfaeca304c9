# SPDX-License-Identifier: Apache-2.0
"""Install plans: which packages of a lockfile stand in node_modules on a platform, and why the others do not.

`production` is what `npm ci --omit=dev` installs, `all` what `npm ci` installs. The order of things is npm's (arborist's
build-ideal-tree.js, calc-dep-flags.js, optional-set.js, reify.js, diff.js). One thing is added: packages of lockfiles written
before npm 10.4, which know no libc, are told apart by their names (target_platform.bzl).

Not here, as npm reads them from elsewhere: settings such as `omit=optional` or `force` in an .npmrc, and whether package.json
has changed since the lockfile was made.
"""

load(":dependency_graph.bzl", "dependency_graph")
load(":missing_dependencies.bzl", "missing_dependencies")
load(":optional_set.bzl", "optional_set")
load(":target_platform.bzl", "target_platform")

_SETS = ["production", "all"]

_WRONG_PLATFORM = """\
planning node_modules of {lockfile} for {platform}: these packages refuse that platform (os {os}, cpu {cpu}, libc {libc}) and are not \
optional (npm: EBADPLATFORM):
{list}
Build for a platform that they allow, or name them in optionalDependencies of package.json and run `npm install --package-lock-only`.\
"""

_MAX_LISTED = 10

def _analyze(lock, legacy_peer_deps = False):
    """Does the work that all plans of a lockfile share.

    Args:
      lock: see lockfile.bzl.
      legacy_peer_deps: whether peer dependencies are ignored, as npm does with that setting.

    Returns:
      A struct for `plan.make`.
    """
    names = {entry.name: None for entry in lock.packages.values()}
    for entry in lock.packages.values():
        names.update(entry.optional_dependencies)
    return struct(
        lock = lock,
        graph = dependency_graph.build(lock, legacy_peer_deps),
        names = names,
    )

def _unfit_optionals(analysis, platform, node_version):
    """Returns path -> reason: the optional packages that do not run on the platform, and what goes away with them."""
    graph, dropped = analysis.graph, {}
    for path, entry in analysis.lock.packages.items():
        flags = graph.flags[path]
        if path in dropped or flags["extraneous"] or not flags["optional"]:
            continue
        misfit = target_platform.optional_misfit(entry, platform, analysis.names, node_version)
        if not misfit:
            continue
        for member in optional_set.of(graph, path, dropped):
            if member not in dropped:
                dropped[member] = "only used with " + path + ", which does not run here"
        dropped[path] = "optional: " + misfit
    return dropped

def _omitted(flags, set):
    return set == "production" and flags["dev"]

def _drop_nested(lock, dropped):
    """Adds to the dropped what stands inside of a dropped package."""
    nested = {}
    for path, entry in lock.packages.items():
        if path in dropped:
            continue
        for ancestor in entry.ancestors:
            if ancestor in dropped:
                nested[path] = "stands in " + ancestor
    dropped.update(nested)

def _reason_extraneous(graph, path):
    if path in graph.optional_peers:
        return "only an optional peer dependency of " + (graph.optional_peers[path] or "the project itself")
    return "no package needs it"

def _reason_kept(lock, flags, path):
    if path in lock.bundlers:
        return "bundled with " + lock.bundlers[path]
    if flags["dev"]:
        return "development"
    if flags["optional"]:
        return "optional, runs here"
    if flags["dev_optional"]:
        return "development and optional"
    return "production"

def _wrong_platform(analysis, set, platform):
    """Returns an error text if a package that cannot be left out refuses the platform, or None."""
    lock, refused = analysis.lock, []
    for path, entry in [("", lock.root)] + lock.packages.items():
        flags = analysis.graph.flags[path]
        if flags["optional"] or flags["extraneous"] or _omitted(flags, set) or path in lock.bundlers:
            continue
        misfit = target_platform.misfit(entry, platform)
        if misfit:
            refused.append("  {}: {}".format("{}@{} ({})".format(entry.name, entry.version, path) if path else "package.json itself", misfit))
    if not refused:
        return None
    more = ["  and {} more".format(len(refused) - _MAX_LISTED)] if len(refused) > _MAX_LISTED else []
    return _WRONG_PLATFORM.format(
        lockfile = lock.label,
        platform = platform.name,
        os = platform.os,
        cpu = platform.cpu,
        libc = platform.libc,
        list = "\n".join(refused[:_MAX_LISTED] + more),
    )

def _script_notes(lock, kept):
    """Returns the plan's packages that npm would run a script of, for the prune report."""
    return [
        "{} has an install script, which is not run: what it would build or download is not in the tree".format(path)
        for path in kept
        if lock.packages[path].has_install_script
    ]

def _make(analysis, set, platform, node_version):
    """Plans a node_modules tree.

    Args:
      analysis: of `plan.analyze`.
      set: "production" or "all".
      platform: one of target_platform.ALL.
      node_version: "x.y.z": optional packages whose engines refuse this Node.js are left out.

    Returns:
      (plan, None) or (None, error). The plan is a struct of `kept` and `dropped`, both path -> reason and sorted by path,
      and `notes`, a list of texts.
    """
    lock, graph = analysis.lock, analysis.graph
    error = _wrong_platform(analysis, set, platform)
    if error:
        return None, error

    dropped = _unfit_optionals(analysis, platform, node_version)
    dropped.update({path: "development only" for path in lock.packages if _omitted(graph.flags[path], set)})
    dropped.update({path: _reason_extraneous(graph, path) for path in lock.packages if graph.flags[path]["extraneous"]})
    for path in lock.bundlers:
        # A bundled package comes with its bundler's tarball, whatever it says of itself.
        dropped.pop(path, None)
    _drop_nested(lock, dropped)

    kept = [path for path in sorted(lock.packages) if path not in dropped]
    error = (missing_dependencies.incomplete(lock, graph, kept, with_dev = set == "all") or
             missing_dependencies.lost_platform(lock, graph, kept, platform))
    if error:
        return None, error
    return struct(
        kept = {path: _reason_kept(lock, graph.flags[path], path) for path in kept},
        dropped = {path: dropped[path] for path in sorted(dropped)},
        notes = missing_dependencies.notes(lock, graph, kept) + _script_notes(lock, kept),
    ), None

plan = struct(
    SETS = _SETS,
    analyze = _analyze,
    make = _make,
)
