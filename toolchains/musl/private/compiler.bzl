# SPDX-License-Identifier: Apache-2.0
"""musl_compiler: lays out programs, their loader and their libraries as //tools/llvm expects them."""

load("//toolchains/musl:providers.bzl", "MuslCompilerInfo")

def _link(ctx, path, target, is_executable = False):
    file = ctx.actions.declare_file("{}/{}".format(ctx.label.name, path))
    ctx.actions.symlink(output = file, target_file = target, is_executable = is_executable)
    return file

def _musl_compiler_impl(ctx):
    programs = {}
    files = []
    for target, names in ctx.attr.programs.items():
        for name in names.split(" "):
            files.append(_link(ctx, "libexec/" + name, target.files.to_list()[0]))
            programs[name] = _link(ctx, "bin/" + name, ctx.executable.launcher, is_executable = True)
    for library in ctx.files.libraries:
        files.append(_link(ctx, "lib/" + library.basename, library))
    all_files = depset(files + programs.values())
    return [
        DefaultInfo(files = all_files),
        MuslCompilerInfo(files = all_files, programs = programs),
    ]

musl_compiler = rule(
    doc = "A directory with `bin`, `libexec` and `lib`, whose programs need nothing of the machine they run on.",
    implementation = _musl_compiler_impl,
    attrs = {
        "launcher": attr.label(mandatory = True, executable = True, cfg = "target", doc = "What every `bin/<program>` is: `//tools/llvm`."),
        "libraries": attr.label_list(mandatory = True, allow_files = True, doc = "The loader and the shared libraries of all programs."),
        "programs": attr.label_keyed_string_dict(
            mandatory = True,
            allow_files = True,
            doc = "An executable -> the names to call it, separated by spaces.",
        ),
    },
    provides = [MuslCompilerInfo],
)
