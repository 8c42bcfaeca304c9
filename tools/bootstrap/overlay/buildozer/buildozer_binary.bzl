# SPDX-License-Identifier: Apache-2.0
"""Bazel's own module loads this extension for `bazel mod`; only `bazel mod tidy` would run what it declares."""

def _absent_impl(rctx):
    rctx.file("BUILD.bazel", """\
genrule(
    name = "buildozer",
    outs = ["buildozer.exe"],
    cmd = "echo 'buildozer is not to be had without the Bazel Central Registry' >&2; exit 1",
    visibility = ["//visibility:public"],
)
""")

_absent = repository_rule(implementation = _absent_impl)

buildozer_binary = module_extension(
    implementation = lambda mctx: _absent(name = "buildozer_binary"),
)
