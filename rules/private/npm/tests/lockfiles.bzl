# SPDX-License-Identifier: Apache-2.0
"""Small lockfiles for tests."""

load("//rules/private/npm:lockfile.bzl", "lockfile")

LABEL = "//app:package-lock.json"

def integrity_of(letter):
    """Returns an integrity string that looks like one, a different one for each letter."""
    return "sha512-" + letter * 86 + "=="

def package(**fields):
    """Returns an entry of a lockfile as npm writes it, with a version and an integrity unless the fields say otherwise."""
    return {"version": "1.0.0", "integrity": integrity_of("A")} | fields

def lockfile_text(packages, root = {}, version = 3):
    """Returns the text of a lockfile.

    Args:
      packages: path -> entry.
      root: the project's own entry.
      version: lockfileVersion.

    Returns:
      JSON.
    """
    return json.encode({"name": "app", "lockfileVersion": version, "packages": {"": root} | packages})

def read_lockfile(packages, root = {}):
    """Reads a lockfile that has no error.

    Args:
      packages: path -> entry.
      root: the project's own entry.

    Returns:
      What lockfile.parse makes of it.
    """
    lock, error = lockfile.parse(lockfile_text(packages, root), LABEL)
    if error:
        fail(error)
    return lock
