# SPDX-License-Identifier: Apache-2.0
"""Tests of semver.bzl: ranges as they stand in `engines` of published packages, answers as npm's semver gives them."""

load("@bazel_skylib//lib:unittest.bzl", "unittest")
load("//rules/private/npm:semver.bzl", "semver")
load(":asserts.bzl", "table_impl")

_satisfies_test = unittest.make(table_impl(semver.satisfies, [
    (("24.21.0", ""), True),
    (("24.21.0", "*"), True),
    (("24.21.0", "^18.18.0 || ^20.9.0 || >=21.1.0"), True),
    (("20.8.9", "^18.18.0 || ^20.9.0 || >=21.1.0"), False),
    (("24.21.0", ">=12.22.0 <13.0.0||>=14.17.0"), True),
    (("13.5.0", ">=12.22.0 <13.0.0||>=14.17.0"), False),
    (("24.21.0", ">= 0.10.x"), True),
    (("24.21.0", "6.* || 8.* || >= 10.*"), True),
    (("9.1.0", "6.* || 8.* || >= 10.*"), False),
    (("24.21.0", "14 || 16 || 18"), False),
    (("24.21.0", "14 || >=16.14"), True),
    (("24.21.0", "22 - 24"), True),
    (("24.21.0", "22 - 24.20"), False),
    (("24.21.0", "~24.21"), True),
    (("24.21.0", "~24.20"), False),
    (("24.21.0", "<25"), True),
    (("24.21.0", ">24"), False),
    (("24.21.0", ">24.20"), True),
    (("24.21.0", "<=24"), True),
    (("24.21.0", "<=24.20"), False),
    (("24.21.0", "=24.21.0"), True),
    (("24.21.0", "v24.21.0"), True),
    (("0.2.3", "^0.2.1"), True),
    (("0.3.0", "^0.2.1"), False),
    (("0.0.4", "^0.0.3"), False),
    (("24.21.0", ">=24.21.0-rc.1"), True),
    (("24.21.0", "<24.21.0-rc.1"), False),
    (("24.21.0", "24.21.0-rc.1"), False),
    # npm takes what it cannot read for a range that nothing satisfies.
    (("24.21.0", "latest"), False),
    (("24.21.0", "node >= 4"), False),
    (("24.21.0", ">=4 || banana"), False),
    (("24.21.0", "01.2.3"), False),
]))

def semver_tests(name):
    """Declares the tests.

    Args:
      name: the tests' folder.
    """
    _satisfies_test(name = name + "/satisfies")
