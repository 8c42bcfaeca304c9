# SPDX-License-Identifier: Apache-2.0
"""for_platform: builds programs for a platform, whatever platform is asked for on the command line."""

load("//toolchains/musl:providers.bzl", "MuslCompilerInfo", "MuslSysrootInfo")

_PLATFORMS = "//command_line_option:platforms"

_transition = transition(
    implementation = lambda settings, attr: {_PLATFORMS: [str(attr.platform)]},
    inputs = [],
    outputs = [_PLATFORMS],
)

def _for_platform_impl(ctx):
    runfiles = ctx.runfiles(transitive_files = depset(transitive = [program[DefaultInfo].files for program in ctx.attr.programs]))
    runfiles = runfiles.merge_all([program[DefaultInfo].default_runfiles for program in ctx.attr.programs])
    sysroot = ctx.attr.sysroot[MuslSysrootInfo]
    return [DefaultInfo(
        files = depset(ctx.files.programs),
        runfiles = runfiles.merge(ctx.runfiles(files = [sysroot.libraries])),
    )]

for_platform = rule(
    doc = "Programs with all they need to run on the platform, its loader included.",
    implementation = _for_platform_impl,
    attrs = {
        "platform": attr.label(mandatory = True, doc = "The platform to build for."),
        "programs": attr.label_list(mandatory = True, cfg = _transition, doc = "C++ targets."),
        "sysroot": attr.label(mandatory = True, cfg = "exec", providers = [MuslSysrootInfo], doc = "Where the loader is."),
    },
)

def _for_exec_impl(ctx):
    files = depset([ctx.attr.sysroot[MuslSysrootInfo].complete], transitive = [ctx.attr.compiler[MuslCompilerInfo].files])
    return [DefaultInfo(files = files, runfiles = ctx.runfiles(transitive_files = files))]

for_exec = rule(
    doc = "A compiler and a sysroot as the toolchain has them, which are built for the machine that runs the compiler.",
    implementation = _for_exec_impl,
    attrs = {
        "compiler": attr.label(mandatory = True, cfg = "exec", providers = [MuslCompilerInfo], doc = "The compiler."),
        "sysroot": attr.label(mandatory = True, cfg = "exec", providers = [MuslSysrootInfo], doc = "The sysroot."),
    },
)
