# SPDX-License-Identifier: Apache-2.0
"""Table tests: rows of (what a function is given, what it returns)."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

def table_impl(function, rows):
    """Makes the implementation of a unit test out of a table.

    Args:
      function: takes a row's input, unpacked if it is a tuple.
      rows: list of (input, expected result).

    Returns:
      A function for `unittest.make`.
    """

    def _impl(ctx):
        env = unittest.begin(ctx)
        for given, expected in rows:
            got = function(*given) if type(given) == "tuple" else function(given)
            asserts.equals(env, expected, got, "given " + repr(given))
        return unittest.end(env)

    return _impl
