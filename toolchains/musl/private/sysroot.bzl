# SPDX-License-Identifier: Apache-2.0
"""musl_sysroot: the C and C++ libraries of one target, from source."""

load("//toolchains/musl:providers.bzl", "MuslCompilerInfo", "MuslSysrootInfo")

# Compilers at the same time in one action. Fixed, since the command line is part of an action's key.
_JOBS = 4

def _reserved_cpus(_os, _input_count):
    return {"cpu": _JOBS}

def _directory(ctx, name):
    return ctx.actions.declare_directory("{}.{}".format(ctx.label.name, name))

def _run(ctx, part, output, inputs = [], args = None, parallel = False):
    """Declares the action that makes one part."""
    compiler = ctx.attr.compiler[MuslCompilerInfo]
    flags = ctx.actions.args()
    flags.add("--part", part)
    flags.add("--arch", ctx.attr.architecture)
    flags.add("--bin", compiler.programs["clang"].dirname)
    flags.add("--jobs", _JOBS if parallel else 1)
    flags.add("--out", output.path)
    extra = {"resource_set": _reserved_cpus} if parallel else {}
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [flags] + ([args] if args else []),
        inputs = depset(inputs, transitive = [compiler.files]),
        outputs = [output],
        mnemonic = "MuslSysroot",
        progress_message = "Building {} for {}-linux-musl".format(part, ctx.attr.architecture),
        **extra
    )
    return output

def _part(ctx, part, trees = [], inputs = [], musl = False, llvm = None):
    """Declares a part that is compiled."""
    args = ctx.actions.args()
    for tree in trees:
        args.add("--tree", tree.path)
    if musl:
        args.add("--musl", ctx.file.musl_marker.dirname)
        inputs = inputs + ctx.files.musl
    if llvm:
        args.add("--llvm", llvm)
        inputs = inputs + [llvm]
    return _run(ctx, part, _directory(ctx, part), trees + inputs, args, parallel = True)

def _headers(ctx, llvm):
    args = ctx.actions.args()
    args.add("--llvm", llvm)
    args.add("--musl", ctx.file.musl_marker.dirname)
    args.add("--kernel-headers", ctx.file.kernel_marker.dirname.removesuffix("/linux"))
    args.add("--clang-headers", ctx.file.clang_marker.dirname)
    inputs = [llvm] + ctx.files.musl + ctx.files.kernel_headers + ctx.files.clang_headers
    return _run(ctx, "headers", _directory(ctx, "headers"), inputs, args)

def _merge(ctx, name, trees):
    args = ctx.actions.args()
    for tree in trees:
        args.add("--tree", tree.path)
    return _run(ctx, "everything", _directory(ctx, name), trees, args)

def _musl_sysroot_impl(ctx):
    llvm = ctx.file.llvm
    headers = _headers(ctx, llvm)
    builtins = _part(ctx, "builtins", [headers], llvm = llvm)
    musl = _part(ctx, "musl", [headers, builtins], musl = True)
    unwind = _part(ctx, "libunwind", [headers], llvm = llvm)
    abi = _part(ctx, "libc++abi", [headers], llvm = llvm)
    cxx = _part(ctx, "libc++", [headers, unwind, abi], llvm = llvm)
    libraries = _merge(ctx, "libraries", [builtins, musl, unwind, abi, cxx])
    complete = _merge(ctx, "complete", [headers, libraries])
    return [
        DefaultInfo(files = depset([complete])),
        OutputGroupInfo(headers = depset([headers]), libraries = depset([libraries])),
        MuslSysrootInfo(
            architecture = ctx.attr.architecture,
            complete = complete,
            headers = headers,
            libraries = libraries,
            triple = ctx.attr.architecture + "-linux-musl",
        ),
    ]

musl_sysroot = rule(
    doc = "The headers and libraries of one target, each part a cached action of its own.",
    implementation = _musl_sysroot_impl,
    attrs = {
        "architecture": attr.string(mandatory = True, values = ["x86_64", "aarch64"], doc = "The target's processor."),
        "clang_headers": attr.label(mandatory = True, allow_files = True, doc = "The package that has the compiler's own headers."),
        "clang_marker": attr.label(mandatory = True, allow_single_file = True, doc = "One of them: the others lie beside it."),
        "compiler": attr.label(mandatory = True, cfg = "exec", providers = [MuslCompilerInfo], doc = "The compiler; `xz` is among its programs."),
        "kernel_headers": attr.label(mandatory = True, allow_files = True, doc = "The kernel's headers for programs."),
        "kernel_marker": attr.label(mandatory = True, allow_single_file = True, doc = "One of them, in their directory `linux`."),
        "llvm": attr.label(mandatory = True, allow_single_file = True, doc = "A tar file of the needed part of LLVM's source."),
        "musl": attr.label(mandatory = True, allow_files = True, doc = "musl's source."),
        "musl_marker": attr.label(mandatory = True, allow_single_file = True, doc = "A file at the top of musl's source."),
        "_tool": attr.label(default = "//tools/sysroot", executable = True, cfg = "exec"),
    },
    provides = [MuslSysrootInfo],
)

def _llvm_sources_impl(ctx):
    compiler = ctx.attr.compiler[MuslCompilerInfo]
    output = ctx.actions.declare_file(ctx.label.name + ".tar")
    args = ctx.actions.args()
    args.add("--part", "sources")
    args.add("--bin", compiler.programs["xz"].dirname)
    args.add("--llvm", ctx.file.archive)
    args.add("--out", output)
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = depset([ctx.file.archive], transitive = [compiler.files]),
        outputs = [output],
        mnemonic = "LlvmSources",
        progress_message = "Unpacking what is needed of LLVM's source",
    )
    return [DefaultInfo(files = depset([output]))]

llvm_sources = rule(
    doc = "The directories of LLVM's source that a sysroot is made of, as an uncompressed tar.",
    implementation = _llvm_sources_impl,
    attrs = {
        "archive": attr.label(mandatory = True, allow_single_file = True, doc = "LLVM's source, `.tar.xz`."),
        "compiler": attr.label(mandatory = True, cfg = "exec", providers = [MuslCompilerInfo], doc = "For the program `xz`."),
        "_tool": attr.label(default = "//tools/sysroot", executable = True, cfg = "exec"),
    },
)
