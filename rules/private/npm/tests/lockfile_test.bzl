# SPDX-License-Identifier: Apache-2.0
"""Tests of lockfile.bzl and its neighbours: what is read, and the full text of each refusal."""

load("@bazel_skylib//lib:unittest.bzl", "unittest")
load("//rules/private/npm:lockfile.bzl", "lockfile")
load("//rules/private/npm:lockfile_path.bzl", "lockfile_path")
load(":asserts.bzl", "table_impl")
load(":lockfiles.bzl", "LABEL", "integrity_of", "lockfile_text", "package", "read_lockfile")

_split_test = unittest.make(table_impl(lockfile_path.split, [
    ("node_modules/a", ["a"]),
    ("node_modules/@s/a", ["@s/a"]),
    ("node_modules/a/node_modules/@s/b/node_modules/c", ["a", "@s/b", "c"]),
    ("node_modules/JSONStream", ["JSONStream"]),
    ("node_modules/lodash.merge", ["lodash.merge"]),
    ("", None),
    ("a", None),
    ("packages/a", None),
    ("/node_modules/a", None),
    ("../node_modules/a", None),
    ("node_modules/", None),
    ("node_modules/..", None),
    ("node_modules/../a", None),
    ("node_modules/.bin", None),
    ("node_modules/a/b", None),
    ("node_modules/a/", None),
    ("node_modules//a", None),
    ("node_modules/@s", None),
    ("node_modules/@/a", None),
    ("node_modules/@s/../a", None),
    ("node_modules/a\\..\\b", None),
    ("node_modules/a b", None),
    ("node_modules/a\n", None),
    ("node_modules/node_modules/a", None),
    ("node_modules/a/node_modules", None),
    ("node_modules/C:", None),
]))

def _error(text):
    return lockfile.parse(text, LABEL)[1]

_REMAKE = "Make the lockfile anew with `npm install --package-lock-only --lockfile-version=3`."
_VERSION = "reading lockfile //app:package-lock.json: found lockfileVersion {}, expected 2 or 3. Convert it with `npm install --package-lock-only --lockfile-version=3`."
_NOT_JSON = "reading lockfile //app:package-lock.json: found no JSON object, expected npm's package-lock.json. Restore it from version control, " + \
            "or make it anew with `npm install --package-lock-only --lockfile-version=3`."
_NO_ROOT = "reading lockfile //app:package-lock.json: found no entry \"\" in packages, expected the dependencies of package.json there. " + _REMAKE

_file_test = unittest.make(table_impl(_error, [
    (lockfile_text({}), None),
    (lockfile_text({}, version = 2), None),
    ("", _NOT_JSON),
    ("<<<<<<< HEAD", _NOT_JSON),
    ("[]", _NOT_JSON),
    (lockfile_text({}, version = 1), _VERSION.format("1")),
    (lockfile_text({}, version = 4), _VERSION.format("4")),
    (lockfile_text({}, version = "3"), _VERSION.format("\"3\"")),
    ("{}", _VERSION.format("null")),
    ("{\"lockfileVersion\": 3}", _NO_ROOT),
    ("{\"lockfileVersion\": 3, \"packages\": {\"node_modules/a\": {}}}", _NO_ROOT),
]))

def _entry_error(packages):
    error = _error(lockfile_text(packages))
    return error.removeprefix("reading lockfile //app:package-lock.json: ") if error else None

_UNHASHED = """\
these entries have no integrity, expected a hash for each, as nothing is fetched unchecked:
{}
npm does not fill the gap by itself (npm/cli#4460): delete these entries from the file, remove node_modules beside it, and run \
`npm install --package-lock-only`.\
"""

_MALFORMED = "these entries of packages are not what npm writes:\n  {}\n" + _REMAKE

_UNSAFE = """\
these keys of packages are not places in node_modules (`node_modules/<name>`, nested or not):
  {}
npm does not write such keys for registry packages. Find out who did, then make the lockfile anew with \
`npm install --package-lock-only --lockfile-version=3`.\
"""

_LINK = """\
found links, expected packages from a registry: workspaces and `file:` dependencies are not supported:
  {}
Depend on published versions, or give the image's application a package.json and a lockfile of its own and take the linked sources \
into its srcs.\
"""

_GIT = """\
found git dependencies, expected packages from a registry: git gives npm no integrity to lock:
  {}
Depend on a published version, or on the URL of a .tgz of that commit, for which npm locks an integrity.\
"""

_FILE = """\
found tarballs in the source tree, expected packages from a registry: `file:` dependencies are not supported:
  "node_modules/a": file:vendor/a.tgz
Depend on a published version, or on the URL of a .tgz.\
"""

_URL = """\
found `resolved` values of an unknown kind, expected http:// or https:// URLs:
  "node_modules/a": ftp://a.example/a.tgz
Depend on a published version, or on the URL of a .tgz.\
"""

_DUPLICATE = """\
these keys of packages differ only in case, so that they are one place for npm:
  "node_modules/A" and "node_modules/a"
Keep one of each, then run `npm install --package-lock-only`.\
"""

_INTEGRITY = """\
these entries have an integrity that cannot be checked:
  "node_modules/a": expected 88 base64 characters after sha512-, found 3, found "sha512-abc"
Delete these entries from the file, remove node_modules beside it, and run `npm install --package-lock-only`.\
"""

_NO_HASH = {"version": "1.0.0"}

_entries_test = unittest.make(table_impl(_entry_error, [
    ({"node_modules/a": package()}, None),
    ({"node_modules/a": package(resolved = "https://a.example/a.tgz")}, None),
    ({"node_modules/a": package(integrity = "sha1-TkMekrEalzFjaqH5yNHMvP2reN8=")}, None),
    ({"node_modules/a": _NO_HASH}, _UNHASHED.format("  \"node_modules/a\": a@1.0.0")),
    ({"node_modules/a": package(integrity = "")}, _UNHASHED.format("  \"node_modules/a\": a@1.0.0")),
    (
        {"node_modules/" + name: _NO_HASH for name in "abcdefghijkl".elems()},
        _UNHASHED.format("\n".join(["  \"node_modules/{}\": {}@1.0.0".format(name, name) for name in "abcdefghij".elems()]) + "\n  and 2 more"),
    ),
    ({"node_modules/a": package(integrity = "sha512-abc")}, _INTEGRITY),
    ({"node_modules/a": []}, _MALFORMED.format("\"node_modules/a\": expected an object, found []")),
    ({"node_modules/a": package(version = None)}, _MALFORMED.format("\"node_modules/a\": expected a version, found null")),
    ({"node_modules/a": package(name = "../b")}, _MALFORMED.format("\"node_modules/a\": expected a package's name, found name \"../b\"")),
    (
        {"node_modules/a/node_modules/b": package()},
        _MALFORMED.format("\"node_modules/a/node_modules/b\": stands in \"node_modules/a\", which has no entry"),
    ),
    ({"../a": package()}, _UNSAFE.format("\"../a\"")),
    ({"/etc": package()}, _UNSAFE.format("\"/etc\"")),
    ({"node_modules/../../a": package()}, _UNSAFE.format("\"node_modules/../../a\"")),
    ({"node_modules/A": package(), "node_modules/a": package()}, _DUPLICATE),
    # A workspace: the link is told, its folder and what stands there are not told again.
    (
        {"node_modules/w": {"resolved": "packages/w", "link": True}, "packages/w": {"version": "1.0.0"}, "packages/w/node_modules/x": package()},
        _LINK.format("\"node_modules/w\": leads to \"packages/w\""),
    ),
    ({"node_modules/w": {"resolved": "../w", "link": True}, "../w": {}}, _LINK.format("\"node_modules/w\": leads to \"../w\"")),
    ({"node_modules/a": package(resolved = "git+ssh://git@git.example/a.git#0123")}, _GIT.format("\"node_modules/a\": git+ssh://git@git.example/a.git#0123")),
    ({"node_modules/a": package(resolved = "github:x/a#0123")}, _GIT.format("\"node_modules/a\": github:x/a#0123")),
    ({"node_modules/a": package(resolved = "file:vendor/a.tgz")}, _FILE),
    ({"node_modules/a": package(resolved = "ftp://a.example/a.tgz")}, _URL),
    # What npm bundles needs no integrity, what only says so does.
    ({"node_modules/a": package(bundleDependencies = ["b"]), "node_modules/a/node_modules/b": {"version": "1.0.0", "inBundle": True}}, None),
    ({"node_modules/a": {"version": "1.0.0", "inBundle": True}}, _UNHASHED.format("  \"node_modules/a\": a@1.0.0")),
]))

def _bundlers(packages):
    return read_lockfile(packages).bundlers

_bundlers_test = unittest.make(table_impl(_bundlers, [
    ({"node_modules/a": package()}, {}),
    (
        {
            "node_modules/a": package(bundleDependencies = ["b"]),
            "node_modules/a/node_modules/b": package(inBundle = True),
            "node_modules/a/node_modules/b/node_modules/c": {"version": "1.0.0", "inBundle": True},
        },
        {"node_modules/a/node_modules/b": "node_modules/a", "node_modules/a/node_modules/b/node_modules/c": "node_modules/a"},
    ),
    # Converted from lockfileVersion 1: nobody says who bundles.
    (
        {"node_modules/a": package(), "node_modules/a/node_modules/b": {"version": "1.0.0", "inBundle": True}},
        {"node_modules/a/node_modules/b": "node_modules/a"},
    ),
    # The project itself bundles these: they are fetched.
    ({"node_modules/a": package(inBundle = True), "node_modules/a/node_modules/b": package(inBundle = True)}, {}),
]))

def _bin(fields):
    return read_lockfile({"node_modules/@s/a": package(**fields)}).packages["node_modules/@s/a"].bin

_bin_test = unittest.make(table_impl(_bin, [
    ({}, {}),
    ({"bin": {"x": "x.js", "y": "./y.js"}}, {"x": "x.js", "y": "./y.js"}),
    ({"bin": "cli.js"}, {"a": "cli.js"}),
    ({"bin": "cli.js", "name": "real"}, {"real": "cli.js"}),
]))

_integrity_test = unittest.make(table_impl(lambda text: read_lockfile({"node_modules/a": package(integrity = text)}).packages["node_modules/a"].integrity, [
    ("sha1-TkMekrEalzFjaqH5yNHMvP2reN8= " + integrity_of("B"), integrity_of("B")),
]))

def lockfile_tests(name):
    """Declares the tests.

    Args:
      name: the tests' folder.
    """
    _bin_test(name = name + "/bin")
    _bundlers_test(name = name + "/bundlers")
    _entries_test(name = name + "/entries")
    _file_test(name = name + "/file")
    _integrity_test(name = name + "/integrity")
    _split_test(name = name + "/path")
