# SPDX-License-Identifier: Apache-2.0
"""musl_cc_toolchain_config: how Bazel's C++ rules call the compiler for one target."""

load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/toolchains:cc_toolchain_config_info.bzl", "CcToolchainConfigInfo")
load("//toolchains/musl:providers.bzl", "MuslCompilerInfo", "MuslSysrootInfo")
load(":cc_actions.bzl", "action_configs")
load(":cc_features.bzl", "features")

def _musl_cc_toolchain_config_impl(ctx):
    sysroot = ctx.attr.sysroot[MuslSysrootInfo]
    programs = ctx.attr.compiler[MuslCompilerInfo].programs
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        abi_libc_version = "musl",
        abi_version = "musl",
        action_configs = action_configs(programs),
        compiler = "clang",
        cxx_builtin_include_directories = [sysroot.headers.path],
        features = features(sysroot, programs),
        host_system_name = "x86_64-linux",
        target_cpu = {"aarch64": "aarch64", "x86_64": "k8"}[sysroot.architecture],
        target_libc = "musl",
        target_system_name = sysroot.triple,
        toolchain_identifier = "clang-" + sysroot.triple,
    )

musl_cc_toolchain_config = rule(
    doc = "The configuration of a `cc_toolchain` that compiles for one of the sysroots.",
    implementation = _musl_cc_toolchain_config_impl,
    attrs = {
        "compiler": attr.label(mandatory = True, cfg = "exec", providers = [MuslCompilerInfo], doc = "The compiler."),
        "sysroot": attr.label(mandatory = True, cfg = "exec", providers = [MuslSysrootInfo], doc = "The target's headers and libraries."),
    },
    provides = [CcToolchainConfigInfo],
)
