# SPDX-License-Identifier: Apache-2.0
"""Tests of npmrc.bzl and registry_auth.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "unittest")
load("//rules/private/npm:npmrc.bzl", "npmrc")
load("//rules/private/npm:registry_auth.bzl", "registry_auth")
load(":asserts.bzl", "table_impl")

_ENV = {"TOKEN": "t0k3n", "HOST": "registry.example", "EMPTY": ""}

def _parse(text):
    parsed = npmrc.parse(text, _ENV)
    return (parsed.registry, parsed.scopes, parsed.auth, parsed.legacy_peer_deps)

_parse_test = unittest.make(table_impl(_parse, [
    ("", (None, {}, {}, False)),
    ("registry=https://registry.example", ("https://registry.example/", {}, {}, False)),
    ("registry = \"https://registry.example/npm/\"\r\n", ("https://registry.example/npm/", {}, {}, False)),
    ("registry=https://${HOST}/ ; ours", ("https://registry.example/", {}, {}, False)),
    ("; registry=https://a.example\n# registry=https://b.example", (None, {}, {}, False)),
    # The last wins.
    ("registry=https://a.example/\nregistry=https://b.example/", ("https://b.example/", {}, {}, False)),
    ("@acme:registry=https://acme.example/npm", (None, {"@acme": "https://acme.example/npm/"}, {}, False)),
    ("//registry.example/:_authToken=${TOKEN}", (None, {}, {"//registry.example/": {"_authToken": "t0k3n"}}, False)),
    ("//${HOST}/npm:_auth=dTpw", (None, {}, {"//registry.example/npm/": {"_auth": "dTpw"}}, False)),
    ("//registry.example:8443/:username=u\n//registry.example:8443/:_password=cA==", (None, {}, {"//registry.example:8443/": {"username": "u", "_password": "cA=="}}, False)),
    ("//registry.example/:_authToken=${ABSENT}", (None, {}, {"//registry.example/": {"_authToken": "${ABSENT}"}}, False)),
    ("//registry.example/:_authToken=${ABSENT?}", (None, {}, {}, False)),
    ("//registry.example/:_authToken=a${TOKEN}b${EMPTY}c", (None, {}, {"//registry.example/": {"_authToken": "at0k3nbc"}}, False)),
    ("legacy-peer-deps=true", (None, {}, {}, True)),
    ("legacy-peer-deps", (None, {}, {}, True)),
    ("legacy-peer-deps=false", (None, {}, {}, False)),
    # Not read.
    ("_authToken=abc\nemail=a@b.example\n//registry.example/:email=x\nca[]=y\n[section]\n=", (None, {}, {}, False)),
]))

_merged_auth_test = unittest.make(table_impl(lambda *texts: npmrc.merged_auth([npmrc.parse(text, _ENV) for text in texts]), [
    (("//a.example/:_auth=1", "//a.example/:_auth=2\n//b.example/:_auth=3"), {"//a.example/": {"_auth": "1"}, "//b.example/": {"_auth": "3"}}),
]))

_decoded_test = unittest.make(table_impl(registry_auth.decoded, [
    ("", ""),
    ("cA==", "p"),
    ("cA", "p"),
    ("Q29ycmVjdCBob3JzZSE=", "Correct horse!"),
    ("fn4+IyI=", "~~>#\""),
    ("w6k=", None),
    ("AA==", None),
    ("c-_=", None),
]))

def _logins(url, text):
    found = registry_auth.for_urls([url], npmrc.parse(text, _ENV).auth)
    return (found.logins.get(url), found.problems)

_BEARER = {"type": "pattern", "pattern": "Bearer t0k3n"}
_TOKEN = "//registry.example/npm/:_authToken=${TOKEN}"

_logins_test = unittest.make(table_impl(_logins, [
    (("https://registry.example/npm/a/-/a-1.0.0.tgz", _TOKEN), (_BEARER, [])),
    (("http://registry.example/npm/a.tgz", _TOKEN), (_BEARER, [])),
    (("https://registry.example/npm/a.tgz", "//registry.example/:_auth=dTpw\n" + _TOKEN), (_BEARER, [])),
    (("https://registry.example/other/a.tgz", "//registry.example/:_auth=dTpw\n" + _TOKEN), ({"type": "pattern", "pattern": "Basic dTpw"}, [])),
    (("https://registry.example/a.tgz", "//registry.example/:username=u\n//registry.example/:_password=cDp3"), ({"type": "basic", "login": "u", "password": "p:w"}, [])),
    # A token goes to no other host, path or port.
    (("https://registry.example/npmx/a.tgz", _TOKEN), (None, [])),
    (("https://registry.example.evil.example/npm/a.tgz", _TOKEN), (None, [])),
    (("https://registry.example:444/npm/a.tgz", _TOKEN), (None, [])),
    (("https://evil.example/?//registry.example/npm/a.tgz", _TOKEN), (None, [])),
    (("https://evil.example/#//registry.example/npm/", _TOKEN), (None, [])),
    (("https://registry.example/a.tgz", "//registry.example/:username=u"), (None, [])),
    (
        ("https://registry.example/a.tgz", "//registry.example/:_authToken=${ABSENT}"),
        (None, ["The login for //registry.example/ in .npmrc is left out: _authToken names a variable that is not set."]),
    ),
    (
        ("https://registry.example/a.tgz", "//registry.example/:username=u\n//registry.example/:_password=w6k="),
        (None, ["The login for //registry.example/ in .npmrc is left out: its _password is not the base64 of printable ASCII. " +
                "Use //registry.example/:_authToken or //registry.example/:_auth."]),
    ),
]))

def npmrc_tests(name):
    """Declares the tests.

    Args:
      name: the tests' folder.
    """
    _decoded_test(name = name + "/decoded")
    _logins_test(name = name + "/logins")
    _merged_auth_test(name = name + "/merged_auth")
    _parse_test(name = name + "/parse")
