# SPDX-License-Identifier: Apache-2.0
"""Where packages are looked for."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//toolchains/debian/private:mirrors.bzl", "mirrors")

_ONE_LINE = """\
# deb http://comment.example/debian trixie main
deb [signed-by=/usr/share/keyrings/x.gpg] http://one.example/debian trixie main
deb-src http://sources.example/debian trixie main
deb http://third-party.example/apt stable main
deb http://security.example/debian-security trixie-security main
deb http://one.example/debian/ trixie-updates main
"""

_DEB822 = """\
Types: deb
URIs: https://two.example/debian http://three.example/mirror/debian/
Suites: trixie
"""

def _apt_sources_test_impl(ctx):
    env = unittest.begin(ctx)
    for text, want in [
        ("", []),
        (_ONE_LINE, ["http://one.example/debian"]),
        (_DEB822, ["https://two.example/debian", "http://three.example/mirror/debian"]),
        ("deb file:/srv/debian trixie main\n", []),
    ]:
        asserts.equals(env, want, mirrors.of_apt_sources(text))
    return unittest.end(env)

apt_sources_test = unittest.make(_apt_sources_test_impl)

def _urls_test_impl(ctx):
    env = unittest.begin(ctx)
    snapshot = "https://snapshot.debian.org/archive/debian/20260101T000000Z/pool/main/g/g%2B%2B/g%2B%2B.deb"
    for variable, sources, want in [
        (None, "", []),
        (None, _DEB822, ["https://two.example/debian/pool", "http://three.example/mirror/debian/pool"]),
        ("http://set.example/debian/", _DEB822, ["http://set.example/debian/pool"]),
        ("http://a.example/debian  http://b.example/debian", "", ["http://a.example/debian/pool", "http://b.example/debian/pool"]),
    ]:
        asserts.equals(
            env,
            [url + "/main/g/g%2B%2B/g%2B%2B.deb" for url in want] + [snapshot],
            mirrors.urls(env = variable, apt_sources = sources, snapshot = "20260101T000000Z", path = "pool/main/g/g++/g++.deb"),
        )
    return unittest.end(env)

urls_test = unittest.make(_urls_test_impl)
