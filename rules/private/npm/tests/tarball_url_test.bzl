# SPDX-License-Identifier: Apache-2.0
"""Tests of tarball_url.bzl and fetch_error.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "unittest")
load("//rules/private/npm:fetch_error.bzl", "fetch_error")
load("//rules/private/npm:npmrc.bzl", "npmrc")
load("//rules/private/npm:tarball_url.bzl", "tarball_url")
load(":asserts.bzl", "table_impl")
load(":lockfiles.bzl", "package", "read_lockfile")

_REWRITES = {
    "https://old.example/": "{registry}",
    "https://old.example/files/": "https://files.example/",
}

def _template(path, fields):
    lock = read_lockfile({path: package(**fields)})
    return tarball_url.template(lock.packages[path], _REWRITES)

_PUBLIC = tarball_url.PUBLIC_REGISTRY

_template_test = unittest.make(table_impl(_template, [
    # With npm's omit-lockfile-registry-resolved there is no `resolved`.
    (("node_modules/a", {}), "{package_registry}a/-/a-1.0.0.tgz"),
    (("node_modules/@s/a", {}), "{package_registry}@s/a/-/a-1.0.0.tgz"),
    (("node_modules/alias", {"name": "@s/real", "version": "2.0.0-rc.1"}), "{package_registry}@s/real/-/real-2.0.0-rc.1.tgz"),
    (("node_modules/a", {"version": "1.0.0+build.5"}), "{package_registry}a/-/a-1.0.0.tgz"),
    (("node_modules/a", {"resolved": False}), "{package_registry}a/-/a-1.0.0.tgz"),
    (("node_modules/a", {"resolved": _PUBLIC + "a/-/a-1.0.0.tgz"}), "{registry}a/-/a-1.0.0.tgz"),
    (("node_modules/a", {"resolved": "https://old.example/a/-/a-1.0.0.tgz"}), "{registry}a/-/a-1.0.0.tgz"),
    (("node_modules/a", {"resolved": "https://old.example/files/a.tgz"}), "https://files.example/a.tgz"),
    (("node_modules/a", {"resolved": "https://other.example/a.tgz"}), "https://other.example/a.tgz"),
    (("node_modules/a", {"resolved": _PUBLIC[:-1] + ".example/a.tgz"}), _PUBLIC[:-1] + ".example/a.tgz"),
]))

def _registries(name, project, machine):
    found = {"env": None, "user": None, "npm": None, "scopes": {}} | machine
    registries = tarball_url.registries(name, npmrc.parse(project, {}), found)
    return (registries["{registry}"], registries["{package_registry}"])

_ENV = "https://env.example/"
_USER = "https://user.example/"
_NPM = "https://npm.example/"
_ALL = {"env": _ENV, "user": _USER, "npm": _NPM}
_PROJECT = "registry=https://project.example\n@s:registry=https://s.example"

_registries_test = unittest.make(table_impl(_registries, [
    (("a", "", {}), (_PUBLIC, _PUBLIC)),
    (("a", "", {"npm": _NPM}), (_NPM, _NPM)),
    (("a", "", {"npm": _NPM, "user": _USER}), (_USER, _USER)),
    (("a", _PROJECT, {"npm": _NPM, "user": _USER}), ("https://project.example/", "https://project.example/")),
    (("a", _PROJECT, _ALL), (_ENV, _ENV)),
    (("@s/a", _PROJECT, _ALL), (_ENV, "https://s.example/")),
    (("@t/a", _PROJECT, _ALL), (_ENV, _ENV)),
    (("@t/a", _PROJECT, _ALL | {"scopes": {"@t": "https://t.example/"}}), (_ENV, "https://t.example/")),
    (("@s/a", _PROJECT, _ALL | {"scopes": {"@s": "https://t.example/"}}), (_ENV, "https://s.example/")),
]))

_PLACEHOLDERS = {"{registry}": "https://registry.example/npm/", "{package_registry}": "https://s.example/"}

_url_test = unittest.make(table_impl(lambda template: tarball_url.url(template, _PLACEHOLDERS), [
    ("{registry}a/-/a-1.0.0.tgz", "https://registry.example/npm/a/-/a-1.0.0.tgz"),
    ("{package_registry}@s/a/-/a-1.0.0.tgz", "https://s.example/@s/a/-/a-1.0.0.tgz"),
    ("https://other.example/{registry}.tgz", "https://other.example/{registry}.tgz"),
]))

_credentials_error_test = unittest.make(table_impl(lambda *urls: tarball_url.credentials_error(urls, "fetching npm package a@1.0.0"), [
    ((None, "https://a.example/", "https://a.example/@s/a/-/a-1.0.0.tgz"), None),
    (
        ("https://a.example/", "https://user:pass@b.example/npm/"),
        "fetching npm package a@1.0.0: a URL of host b.example holds a user name or password, expected none. Remove them from it, " +
        "and put `//host/path/:_authToken` or `_auth` into your .npmrc.",
    ),
]))

def _fetch_error(problems):
    return fetch_error.text(
        package = "a@1.0.0",
        found = "no URL has the expected bytes",
        integrity = "sha512-A",
        lockfiles = ["//app:package-lock.json", "//lib:package-lock.json"],
        urls = ["https://a.example/a.tgz", "https://b.example/a.tgz"],
        problems = problems,
    )

_FETCH_ERROR = """\
fetching npm package a@1.0.0: no URL has the expected bytes
Expected a tarball of integrity sha512-A, which is locked in //app:package-lock.json, //lib:package-lock.json, at:
  https://a.example/a.tgz
  https://b.example/a.tgz
A warning above says what was found. If it is a checksum, somebody has changed the tarball: do not take over the new integrity before \
you know who. If it is 401, 403 or 404, see that the registry and the login of .npmrc are those with which npm reads this package.\
"""

_fetch_error_test = unittest.make(table_impl(_fetch_error, [
    ([], _FETCH_ERROR),
    (["The login is left out."], _FETCH_ERROR + "\nThe login is left out."),
]))

def tarball_url_tests(name):
    """Declares the tests.

    Args:
      name: the tests' folder.
    """
    _credentials_error_test(name = name + "/credentials_error")
    _fetch_error_test(name = name + "/fetch_error")
    _registries_test(name = name + "/registries")
    _template_test(name = name + "/template")
    _url_test(name = name + "/url")
