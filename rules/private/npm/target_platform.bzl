# SPDX-License-Identifier: Apache-2.0
"""The platforms that a node_modules tree is made for, and which packages say that they run there.

`os`, `cpu` and `libc` of package.json: https://docs.npmjs.com/cli/v11/configuring-npm/package-json#os
"""

load(":semver.bzl", "semver")

# Names are those of the configuration settings in //platforms; os, cpu and libc are npm's names of the same.
_ALL = [
    struct(name = "linux_amd64_gnu", os = "linux", cpu = "x64", libc = "glibc"),
    struct(name = "linux_arm64_gnu", os = "linux", cpu = "arm64", libc = "glibc"),
    struct(name = "linux_amd64_musl", os = "linux", cpu = "x64", libc = "musl"),
    struct(name = "linux_arm64_musl", os = "linux", cpu = "arm64", libc = "musl"),
]

_LIBC_WORDS = {"musl": "musl", "linuxmusl": "musl", "musleabihf": "musl", "gnu": "glibc", "glibc": "glibc", "gnueabihf": "glibc"}

def _allows(allowed, value):
    """Returns whether a list of values and `!` exclusions allows a value, as npm's npm-install-checks decides it."""
    if allowed == None or allowed == ["any"]:
        return True
    exclusions = [item for item in allowed if item.startswith("!")]
    if "!" + value in exclusions:
        return False
    return value in allowed or len(exclusions) == len(allowed)

def _words(name):
    return name.replace("@", "").replace("/", "-").replace("_", "-").replace(".", "-").split("-")

def _named_libc(name, names):
    """Guesses a package's libc from its name: lockfiles of npm before 10.4 do not carry the field.

    Args:
      name: the package's name.
      names: dict with the names of all packages that the lockfile mentions.

    Returns:
      "musl", "glibc", or None where the name tells nothing. A name that says nothing means glibc where it has a musl sibling:
      `@img/sharp-linux-x64` beside `@img/sharp-linuxmusl-x64`, `@biomejs/cli-linux-x64` beside `@biomejs/cli-linux-x64-musl`.
    """
    words = _words(name)
    for word in words:
        if word in _LIBC_WORDS:
            return _LIBC_WORDS[word]
    if "linux" in words and (name.replace("linux", "linuxmusl") in names or name + "-musl" in names):
        return "glibc"
    return None

def _misfit(entry, platform):
    """Returns why npm refuses a package on a platform by its os, cpu and libc: a text, or None where it does not."""
    for field, value in [("os", platform.os), ("cpu", platform.cpu), ("libc", platform.libc)]:
        allowed = getattr(entry, field)
        if not _allows(allowed, value):
            return "{} [{}] does not allow {}".format(field, ", ".join(allowed), value)
    return None

def _optional_misfit(entry, platform, names, node_version):
    """Returns why an optional package is left out on a platform, or None.

    Args:
      entry: see lockfile.bzl.
      platform: one of target_platform.ALL.
      names: dict with the names of all packages that the lockfile mentions.
      node_version: "x.y.z" of the Node.js that the package runs on; None leaves its engines aside.

    Returns:
      A text, or None.
    """
    if node_version and entry.node and not semver.satisfies(node_version, entry.node):
        return "engines.node {} does not allow {}".format(json.encode(entry.node), node_version)
    misfit = _misfit(entry, platform)
    if misfit:
        return misfit
    if entry.libc == None and (entry.os != None or entry.cpu != None):
        libc = _named_libc(entry.name, names)
        if libc and libc != platform.libc:
            return "named for {}, not for {} (the lockfile has no libc field)".format(libc, platform.libc)
    return None

def _is_named_for(name, platform, names):
    """Returns whether a package's name says that it is for this platform: os and cpu are among its words, and no other libc is."""
    words = _words(name)
    named_os = platform.os in words or platform.os + "musl" in words
    return named_os and platform.cpu in words and _named_libc(name, names) in (None, platform.libc)

target_platform = struct(
    ALL = _ALL,
    allows = _allows,
    is_named_for = _is_named_for,
    misfit = _misfit,
    named_libc = _named_libc,
    optional_misfit = _optional_misfit,
)
