# SPDX-License-Identifier: Apache-2.0
"""Tests of plan.bzl: one case per rule of npm's.

What is kept has been compared with what npm 11's own arborist makes of the same lockfiles. Ours differs in two ways: packages of
lockfiles without the libc field are told apart by name, and dependencies that are absent do not matter in packages that are dropped.
"""

load("@bazel_skylib//lib:unittest.bzl", "unittest")
load("//rules/private/npm:plan.bzl", "plan")
load(":asserts.bzl", "table_impl")
load(":lockfiles.bzl", "package")
load(":plan_cases.bzl", "plan_case", "plan_test")

# name of the test -> what npm does
_CASES = {
    "dev": [
        plan_case(
            {"prod": package(dependencies = {"shared": "1"}), "shared": package(), "tool": package(dependencies = {"shared": "1", "toolkit": "1"}), "toolkit": package()},
            {"dependencies": {"prod": "1"}, "devDependencies": {"tool": "1"}},
            expected,
            set = set,
        )
        for set, expected in {
            "production": ["+ prod: production", "+ shared: production", "- tool: development only", "- toolkit: development only"],
            "all": ["+ prod: production", "+ shared: production", "+ tool: development", "+ toolkit: development"],
        }.items()
    ] + [
        # In both: npm takes the development edge, as it comes last.
        plan_case({"a": package()}, {"dependencies": {"a": "1"}, "devDependencies": {"a": "1"}}, ["- a: development only"]),
    ],
    # The lockfile's own flags may be stale, as after a merge: the edges count.
    "stale_flags": [
        plan_case({"a": package(dev = True), "b": package()}, {"dependencies": {"a": "1"}, "devDependencies": {"b": "1"}}, ["+ a: production", "- b: development only"]),
    ],
    "dev_optional": [
        plan_case(
            {"tool": package(dependencies = {"both": "1"}), "extra": package(dependencies = {"both": "1"}), "both": package()},
            {"optionalDependencies": {"extra": "1"}, "devDependencies": {"tool": "1"}},
            ["+ both: development and optional", "+ extra: optional, runs here", "- tool: development only"],
        ),
    ],
    "install_script": [
        plan_case(
            {"native": package(hasInstallScript = True), "tool": package(hasInstallScript = True)},
            {"dependencies": {"native": "1"}, "devDependencies": {"tool": "1"}},
            [
                "+ native: production",
                "- tool: development only",
                "! node_modules/native has an install script, which is not run: what it would build or download is not in the tree",
            ],
        ),
    ],
    "platform": [
        plan_case(
            {
                "build": package(optionalDependencies = {"@build/linux-x64": "1", "@build/linux-arm64": "1", "@build/darwin-x64": "1"}),
                "@build/linux-x64": package(os = ["linux"], cpu = ["x64"]),
                "@build/linux-arm64": package(os = ["linux"], cpu = ["arm64"]),
                "@build/darwin-x64": package(os = ["darwin"], cpu = ["x64"]),
            },
            {"dependencies": {"build": "1"}},
            [
                "- @build/darwin-x64: optional: os [darwin] does not allow linux",
                "{} @build/linux-arm64: {}".format(*arm64),
                "{} @build/linux-x64: {}".format(*x64),
                "+ build: production",
            ],
            platform = platform,
        )
        for platform, x64, arm64 in [
            ("linux_amd64_musl", ("+", "optional, runs here"), ("-", "optional: cpu [arm64] does not allow x64")),
            ("linux_arm64_gnu", ("-", "optional: cpu [x64] does not allow arm64"), ("+", "optional, runs here")),
        ]
    ],
    "libc": [
        plan_case(
            {
                "img": package(optionalDependencies = {"@img/linux-x64": "1", "@img/linuxmusl-x64": "1"}),
                "@img/linux-x64": package(os = ["linux"], cpu = ["x64"], libc = ["glibc"]),
                "@img/linuxmusl-x64": package(os = ["linux"], cpu = ["x64"], libc = ["musl"]),
            },
            {"dependencies": {"img": "1"}},
            ["- @img/linux-x64: optional: libc [glibc] does not allow musl", "+ @img/linuxmusl-x64: optional, runs here", "+ img: production"],
            platform = "linux_amd64_musl",
        ),
        # The same from npm before 10.4.
        plan_case(
            {
                "img": package(optionalDependencies = {"@img/linux-x64": "1", "@img/linuxmusl-x64": "1"}),
                "@img/linux-x64": package(os = ["linux"], cpu = ["x64"]),
                "@img/linuxmusl-x64": package(os = ["linux"], cpu = ["x64"]),
            },
            {"dependencies": {"img": "1"}},
            [
                "- @img/linux-x64: optional: named for glibc, not for musl (the lockfile has no libc field)",
                "+ @img/linuxmusl-x64: optional, runs here",
                "+ img: production",
            ],
            platform = "linux_amd64_musl",
        ),
    ],
    # What cannot do without a dropped package, and what only it needs, is dropped with it; what others need stays.
    "optional_set": [
        plan_case(
            {
                "extra": package(dependencies = {"core": "1", "helper": "1", "shared": "1"}),
                "core": package(os = ["darwin"], dependencies = {"bits": "1"}),
                "bits": package(),
                "helper": package(),
                "shared": package(),
                "app": package(dependencies = {"shared": "1"}),
            },
            {"dependencies": {"app": "1"}, "optionalDependencies": {"extra": "1"}},
            [
                "+ app: production",
                "- bits: only used with core, which does not run here",
                "- core: optional: os [darwin] does not allow linux",
                "- extra: only used with core, which does not run here",
                "- helper: only used with core, which does not run here",
                "+ shared: production",
            ],
        ),
        # A cycle that keeps itself alive is not needed by anybody else.
        plan_case(
            {"extra": package(cpu = ["ia32"], dependencies = {"x": "1"}), "x": package(dependencies = {"y": "1"}), "y": package(dependencies = {"x": "1"})},
            {"optionalDependencies": {"extra": "1"}},
            [
                "- extra: optional: cpu [ia32] does not allow x64",
                "- x: only used with extra, which does not run here",
                "- y: only used with extra, which does not run here",
            ],
        ),
    ],
    "engines": [
        plan_case(
            {"old": package(engines = {"node": "<20"}), "strict": package(engines = {"node": "<20"}), "new": package(engines = {"node": ">=18"})},
            {"dependencies": {"strict": "1"}, "optionalDependencies": {"old": "1", "new": "1"}},
            ["+ new: optional, runs here", "- old: optional: engines.node \"<20\" does not allow 24.21.0", "+ strict: production"],
        ),
    ],
    "peer": [
        # Peers are dependencies like others, and keep what is also a development dependency.
        plan_case(
            {"plugin": package(peerDependencies = {"host": "1"}), "host": package()},
            {"dependencies": {"plugin": "1"}, "devDependencies": {"host": "1"}},
            ["+ host: production", "+ plugin: production"],
        ),
        plan_case(
            {"plugin": package(peerDependencies = {"host": "1"}), "host": package()},
            {"dependencies": {"plugin": "1"}, "devDependencies": {"host": "1"}},
            ["- host: development only", "+ plugin: production"],
            legacy_peer_deps = True,
        ),
        # npm ships a development dependency that is somebody's optional peer (npm/cli#6282), and nothing that is only that.
        plan_case(
            {
                "plugin": package(peerDependencies = {"typescript": "5", "vue": "3"}, peerDependenciesMeta = {"typescript": {"optional": True}, "vue": {"optional": True}}),
                "typescript": package(),
                "vue": package(),
            },
            {"dependencies": {"plugin": "1"}, "devDependencies": {"typescript": "5"}},
            ["+ plugin: production", "+ typescript: development and optional", "- vue: only an optional peer dependency of plugin"],
        ),
        plan_case({"plugin": package(peerDependencies = {"host": "1"})}, {"dependencies": {"plugin": "1"}}, ["+ plugin: production", "! peer dependency host of node_modules/plugin is not in the lockfile"]),
    ],
    "extraneous": [
        plan_case({"a": package(), "left": package(dependencies = {"over": "1"}), "over": package()}, {"dependencies": {"a": "1"}}, ["+ a: production", "- left: no package needs it", "- over: no package needs it"], set = "all"),
    ],
    "nested": [
        # The nearest copy is the one that is needed; the other is for others.
        plan_case(
            {"a": package(dependencies = {"b": "2"}), "a/node_modules/b": package(version = "2.0.0"), "b": package(), "tool": package(dependencies = {"b": "1"})},
            {"dependencies": {"a": "1"}, "devDependencies": {"tool": "1"}},
            ["+ a: production", "+ a/b: production", "- b: development only", "- tool: development only"],
        ),
        plan_case(
            {"a": package(os = ["darwin"], dependencies = {"b": "1"}), "a/node_modules/b": package()},
            {"optionalDependencies": {"a": "1"}},
            ["- a: optional: os [darwin] does not allow linux", "- a/b: only used with a, which does not run here"],
        ),
    ],
    "alias": [
        plan_case({"old": package(name = "real"), "real": package(version = "2.0.0")}, {"dependencies": {"old": "npm:real@1", "real": "2"}}, ["+ old: production", "+ real: production"]),
    ],
    "bundled": [
        # What is in the tarball comes along, whatever it says of itself, and may lack what it likes.
        plan_case(
            {
                "a": package(bundleDependencies = ["b", "c"], dependencies = {"b": "1", "c": "1"}),
                "a/node_modules/b": {"version": "1.0.0", "inBundle": True, "os": ["darwin"], "dependencies": {"absent": "1"}},
            },
            {"dependencies": {"a": "1"}},
            ["+ a: production", "+ a/b: bundled with a"],
        ),
        plan_case(
            {"a": package(bundleDependencies = ["b"], dependencies = {"b": "1"}), "a/node_modules/b": {"version": "1.0.0", "inBundle": True}},
            {"devDependencies": {"a": "1"}},
            ["- a: development only", "- a/b: stands in a"],
        ),
    ],
}

_sets_test = unittest.make(table_impl(lambda set: set in plan.SETS, [("production", True), ("all", True), ("dev", False)]))

def plan_tests(name):
    """Declares the tests.

    Args:
      name: the tests' folder.
    """
    for case, rows in _CASES.items():
        plan_test(name = "{}/{}".format(name, case), case = json.encode(rows))
    _sets_test(name = name + "/sets")
