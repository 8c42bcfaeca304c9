# SPDX-License-Identifier: Apache-2.0
"""Tests of tarball_url.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "unittest")
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

_template_test = unittest.make(table_impl(_template, [
    # With npm's omit-lockfile-registry-resolved there is no `resolved`.
    (("node_modules/a", {}), "{registry}a/-/a-1.0.0.tgz"),
    (("node_modules/@s/a", {}), "{registry}@s/a/-/a-1.0.0.tgz"),
    (("node_modules/alias", {"name": "@s/real", "version": "2.0.0-rc.1"}), "{registry}@s/real/-/real-2.0.0-rc.1.tgz"),
    (("node_modules/a", {"version": "1.0.0+build.5"}), "{registry}a/-/a-1.0.0.tgz"),
    (("node_modules/a", {"resolved": False}), "{registry}a/-/a-1.0.0.tgz"),
    (("node_modules/a", {"resolved": "https://registry.npmjs.example/a/-/a-1.0.0.tgz"}), "{registry}a/-/a-1.0.0.tgz"),
    (("node_modules/a", {"resolved": "https://old.example/a/-/a-1.0.0.tgz"}), "{registry}a/-/a-1.0.0.tgz"),
    (("node_modules/a", {"resolved": "https://old.example/files/a.tgz"}), "https://files.example/a.tgz"),
    (("node_modules/a", {"resolved": "https://other.example/a.tgz"}), "https://other.example/a.tgz"),
    (("node_modules/a", {"resolved": "https://registry.npmjs.example.example/a.tgz"}), "https://registry.npmjs.example.example/a.tgz"),
]))

def _registry(name, project, **machine):
    found = {"env": None, "user": None, "npm": None, "scopes": {}} | machine
    return tarball_url.registry(name, npmrc.parse(project, {}), found)

_ALL = dict(env = "https://env.example/", user = "https://user.example/", npm = "https://npm.example/")
_PROJECT = "registry=https://project.example\n@s:registry=https://s.example"

_registry_test = unittest.make(table_impl(lambda name, project, machine: _registry(name, project, **machine), [
    (("a", "", {}), "https://registry.npmjs.example/"),
    (("a", "", {"npm": "https://npm.example/"}), "https://npm.example/"),
    (("a", "", {"npm": "https://npm.example/", "user": "https://user.example/"}), "https://user.example/"),
    (("a", _PROJECT, {"npm": "https://npm.example/", "user": "https://user.example/"}), "https://project.example/"),
    (("a", _PROJECT, _ALL), "https://env.example/"),
    (("@s/a", _PROJECT, _ALL), "https://s.example/"),
    (("@t/a", _PROJECT, _ALL), "https://env.example/"),
    (("@t/a", _PROJECT, _ALL | {"scopes": {"@t": "https://t.example/"}}), "https://t.example/"),
    (("@s/a", _PROJECT, _ALL | {"scopes": {"@s": "https://t.example/"}}), "https://s.example/"),
]))

_url_test = unittest.make(table_impl(tarball_url.url, [
    (("{registry}a/-/a-1.0.0.tgz", "https://registry.example/npm/"), "https://registry.example/npm/a/-/a-1.0.0.tgz"),
    (("https://other.example/{registry}.tgz", "https://registry.example/"), "https://other.example/{registry}.tgz"),
]))

def tarball_url_tests(name):
    _registry_test(name = name + "/registry")
    _template_test(name = name + "/template")
    _url_test(name = name + "/url")
