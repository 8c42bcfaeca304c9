# SPDX-License-Identifier: Apache-2.0
"""What goes away together with an optional package that cannot be installed, as npm's optional-set does it."""

def _upwards(graph, path):
    """Returns the package and all that need it without an optional edge in between: they cannot be installed either."""
    found = {path: None}
    wave = [path]
    for _ in range(len(graph.edges_in)):
        if not wave:
            break
        next_wave = {}
        for member in wave:
            for edge in graph.edges_in[member]:
                if not edge.is_optional and edge.source not in found:
                    found[edge.source] = None
                    next_wave[edge.source] = None
        wave = next_wave.keys()
    return found

def _downwards(graph, start, dropped):
    """Returns the packages at `start` and everything that is reached from there but not from one that is dropped already."""
    found = {path: None for path in start}
    wave = found.keys()
    for _ in range(len(graph.edges_out)):
        if not wave:
            break
        next_wave = {}
        for member in wave:
            if member in dropped:
                continue
            for edge in graph.edges_out[member]:
                if edge.target and edge.target not in found:
                    found[edge.target] = None
                    next_wave[edge.target] = None
        wave = next_wave.keys()
    return found

def _of(graph, path, dropped):
    """Finds what is dropped with an optional package.

    Args:
      graph: see dependency_graph.bzl.
      path: of the package that cannot be installed.
      dropped: path -> anything: what is dropped already; its needs do not count.

    Returns:
      A list of paths: the package itself, those that cannot do without it, and those that nothing else needs.
    """
    core = _upwards(graph, path)
    members = _downwards(graph, core, dropped)

    # Who is needed from outside stays, and so does what it needs in turn.
    wave = members.keys()
    for _ in range(len(members) + 1):
        stays = {
            member: None
            for member in wave
            if member in members and member not in core and _is_needed(graph.edges_in[member], members, dropped)
        }
        if not stays:
            break
        for member in stays:
            members.pop(member)
        wave = {edge.target: None for member in stays for edge in graph.edges_out[member] if edge.target in members}.keys()
    return members.keys()

def _is_needed(edges_in, members, dropped):
    for edge in edges_in:
        if edge.source not in members and edge.source not in dropped:
            return True
    return False

optional_set = struct(of = _of)
