# SPDX-License-Identifier: Apache-2.0
"""Names of repositories: those that users choose, and those of tarballs."""

load(":integrity.bzl", "integrity")

_TWICE = "npm.package_lock(name = \"{name}\"): found it in module {first} for {first_lockfile} and in module {second} for {second_lockfile}, \
expected each name once in the whole build. Rename one, in use_repo too; a module that others depend on best begins its names with its own."

def _fit(text):
    """Returns a text with what a repository name may not have replaced."""
    return "".join([c if c.isalnum() or c in ".-_" else "-" for c in text.elems()])

def _tarball(entry, taken):
    """Returns the name of a tarball's repository: readable first, then what makes it unique.

    Args:
      entry: see lockfile.bzl.
      taken: dict of the names that other tarballs have.

    Returns:
      A name such as `npm__express__4.18.2__5aT9dQeZmVJq`.
    """
    prefix = "npm__{}__{}__".format(_fit(entry.name.removeprefix("@")), _fit(entry.version))
    short = prefix + integrity.short(entry.integrity)

    # Chance does not make two hashes begin alike, but a hand that edits a lockfile does.
    return short if short not in taken else prefix + integrity.slug(entry.integrity)

def _chosen_twice(choices):
    """Finds a name that is chosen twice.

    Args:
      choices: list of (module's name, repository's name, lockfile's label).

    Returns:
      An error text, or None.
    """
    seen = {}
    for module, name, lockfile in choices:
        if name in seen:
            return _TWICE.format(
                name = name,
                first = seen[name][0],
                first_lockfile = seen[name][1],
                second = module,
                second_lockfile = lockfile,
            )
        seen[name] = (module, lockfile)
    return None

repository_names = struct(
    chosen_twice = _chosen_twice,
    tarball = _tarball,
)
