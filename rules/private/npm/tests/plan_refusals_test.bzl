# SPDX-License-Identifier: Apache-2.0
"""Tests of the errors of plan.bzl, each with a twin that is fine."""

load(":lockfiles.bzl", "package")
load(":plan_cases.bzl", "plan_case", "plan_test")

# name of the test -> cases
_CASES = {
    "wrong_platform": [
        plan_case(
            {"mac": package(os = ["darwin", "freebsd"]), "arm": package(cpu = ["arm64"]), "fine": package(os = ["!win32"])},
            {"dependencies": {"mac": "1", "arm": "1", "fine": "1"}},
            [
                "planning node_modules of //app:package-lock.json for linux_amd64_gnu: these packages refuse that platform (os linux, cpu x64, libc glibc) and are not optional (npm: EBADPLATFORM):",
                "  arm@1.0.0 (node_modules/arm): cpu [arm64] does not allow x64",
                "  mac@1.0.0 (node_modules/mac): os [darwin, freebsd] does not allow linux",
                "Build for a platform that they allow, or name them in optionalDependencies of package.json and run `npm install --package-lock-only`.",
            ],
        ),
        plan_case(
            {},
            {"os": ["win32"]},
            [
                "planning node_modules of //app:package-lock.json for linux_amd64_gnu: these packages refuse that platform (os linux, cpu x64, libc glibc) and are not optional (npm: EBADPLATFORM):",
                "  package.json itself: os [win32] does not allow linux",
                "Build for a platform that they allow, or name them in optionalDependencies of package.json and run `npm install --package-lock-only`.",
            ],
        ),
        # Twins: fine where it is not needed.
        plan_case({"mac": package(os = ["darwin"])}, {"devDependencies": {"mac": "1"}}, ["- mac: development only"]),
        plan_case({"mac": package(os = ["darwin"])}, {"optionalDependencies": {"mac": "1"}}, ["- mac: optional: os [darwin] does not allow linux"]),
    ],
    "incomplete": [
        plan_case(
            {"a": package(dependencies = {"b": "1"})},
            {"dependencies": {"a": "1", "c": "1"}, "devDependencies": {"d": "1"}},
            [
                "planning node_modules of //app:package-lock.json: found no entries for these dependencies, expected one for each:",
                "  \"c\", a dependency of the project itself",
                "  \"b\", a dependency of \"node_modules/a\"",
                "The lockfile is incomplete or older than package.json. Run `npm install --package-lock-only`.",
            ],
        ),
        plan_case({"a": package(dependencies = {"b": "1"})}, {"devDependencies": {"a": "1"}}, ["- a: development only"]),
        plan_case(
            {},
            {"devDependencies": {"d": "1"}},
            [
                "planning node_modules of //app:package-lock.json: found no entries for these dependencies, expected one for each:",
                "  \"d\", a dependency of the project itself",
                "The lockfile is incomplete or older than package.json. Run `npm install --package-lock-only`.",
            ],
            set = "all",
        ),
    ],
    "lost_platform": [
        plan_case(
            {
                "rollup": package(optionalDependencies = {"@r/linux-x64-gnu": "1", "@r/linux-x64-musl": "1", "@r/darwin-arm64": "1", "fsevents": "1"}),
                "@r/linux-x64-gnu": package(os = ["linux"], cpu = ["x64"], libc = ["glibc"]),
            },
            {"dependencies": {"rollup": "1"}},
            expected,
            platform = platform,
        )
        for platform, expected in {
            "linux_amd64_musl": [
                "planning node_modules of //app:package-lock.json for linux_amd64_musl: \"node_modules/rollup\" has one optional package for each platform, of which the lockfile holds \"@r/linux-x64-gnu\", expected \"@r/linux-x64-musl\" as well: npm has lost it (npm/cli#4828).",
                "Delete the entry of \"node_modules/rollup\" from the lockfile, remove node_modules beside it, and run `npm install --package-lock-only --os=linux --cpu=x64 --libc=musl` with a registry that has it.",
            ],
            # Twin: the one that is there is the one that is needed.
            "linux_amd64_gnu": [
                "+ @r/linux-x64-gnu: optional, runs here",
                "+ rollup: production",
                "! optional dependency @r/darwin-arm64 of node_modules/rollup is not in the lockfile",
                "! optional dependency @r/linux-x64-musl of node_modules/rollup is not in the lockfile",
                "! optional dependency fsevents of node_modules/rollup is not in the lockfile",
            ],
        }.items()
    ],
}

def plan_refusals_tests(name):
    """Declares the tests.

    Args:
      name: the tests' folder.
    """
    for case, rows in _CASES.items():
        plan_test(name = "{}/{}".format(name, case), case = json.encode(rows))
