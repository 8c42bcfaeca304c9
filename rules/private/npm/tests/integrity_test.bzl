# SPDX-License-Identifier: Apache-2.0
"""Tests of integrity.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "unittest")
load("//rules/private/npm:integrity.bzl", "integrity")
load(":asserts.bzl", "table_impl")

_SHA1 = "sha1-TkMekrEalzFjaqH5yNHMvP2reN8="
_SHA256 = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
_SHA512 = "sha512-3wdGidZyq5PB084XLES5TpOSRA3wjXAlIWMhum2kRcv/41Sn2emQ0dycQW4uZXLejwKvg6EsvbdlVL+FYEct7A=="

_strongest_test = unittest.make(table_impl(integrity.strongest, [
    (_SHA512, (_SHA512, None)),
    # What npm 5 wrote for packages published before it is all that some lockfiles have.
    (_SHA1, (_SHA1, None)),
    (_SHA1 + " " + _SHA512, (_SHA512, None)),
    (_SHA512 + "  " + _SHA256, (_SHA512, None)),
    (_SHA512 + "?foo", (_SHA512, None)),
    ("", (None, "expected a hash, found none")),
    (" ", (None, "expected a hash, found none")),
    ("md5-1B2M2Y8AsgTpgAmY7PhCfg==", (None, "expected sha512-, sha384-, sha256- or sha1- and a base64 digest")),
    ("sha512", (None, "expected sha512-, sha384-, sha256- or sha1- and a base64 digest")),
    ("sha512-abc", (None, "expected 88 base64 characters after sha512-, found 3")),
    (_SHA512.replace("K", "%"), (None, "expected base64 characters after sha512-")),
    # One that can be read does not make up for one that cannot.
    (_SHA512 + " sha256-x", (None, "expected 44 base64 characters after sha256-, found 1")),
]))

_short_test = unittest.make(table_impl(integrity.short, [
    (_SHA512, "3wdGidZyq5PB"),
    (_SHA256, "47DEQpj8HBSa"),
    ("sha1-a+b/cdefghijklmnopqrstuvwx=", "a.b_cdefghij"),
]))

def integrity_tests(name):
    """Declares the tests.

    Args:
      name: the tests' folder.
    """
    _strongest_test(name = name + "/strongest")
    _short_test(name = name + "/short")
