# SPDX-License-Identifier: Apache-2.0
"""A table test of plans: a lockfile and arguments on one side, readable lines on the other."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/npm:plan.bzl", "plan")
load("//rules/private/npm:target_platform.bzl", "target_platform")
load(":lockfiles.bzl", "read_lockfile")

_BY_NAME = {platform.name: platform for platform in target_platform.ALL}

def _listing(packages, root = {}, set = "production", platform = "linux_amd64_gnu", legacy_peer_deps = False):
    """Returns a plan as lines: `+ path: reason` for what is kept, `- path: reason` for what is dropped, `! note`, or its error."""
    analysis = plan.analyze(read_lockfile(packages, root), legacy_peer_deps)
    made, error = plan.make(analysis, set, _BY_NAME[platform], "24.21.0")
    if error:
        return error.split("\n")
    reasons = {path: "+ {}: {}".format(path, reason) for path, reason in made.kept.items()}
    reasons.update({path: "- {}: {}".format(path, reason) for path, reason in made.dropped.items()})
    return [reasons[path].replace("node_modules/", "") for path in sorted(reasons)] + ["! " + note for note in made.notes]

def _plan_test_impl(ctx):
    env = unittest.begin(ctx)
    cases = json.decode(ctx.attr.case)
    for case in cases:
        arguments = {name: value for name, value in case.items() if name != "expected"}
        asserts.equals(env, case["expected"], _listing(**arguments))
    return unittest.end(env)

plan_test = unittest.make(_plan_test_impl, attrs = {"case": attr.string()})

def _nm(packages):
    return {"node_modules/" + path: entry for path, entry in packages.items()}

def plan_case(packages, root, expected, **arguments):
    """Returns a case.

    Args:
      packages: path, without the first node_modules/ -> entry.
      root: the project's own entry.
      expected: lines, see `_listing`.
      **arguments: of `_listing`.

    Returns:
      What `plan_test` takes in a list, as JSON, as its `case`.
    """
    return dict(packages = _nm(packages), root = root, expected = expected, **arguments)
