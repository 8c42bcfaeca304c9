# SPDX-License-Identifier: Apache-2.0
"""The features of the toolchain: what `features = [...]`, `--features` and `-c` choose among."""

load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "feature", "flag_group", "flag_set", "with_feature_set")
load(":cc_actions.bzl", "COMPILE", "CXX_COMPILE", "LINK", "LINK_EXECUTABLE")

def _flags(actions, flags, mode = None):
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags)],
        with_features = [with_feature_set(features = [mode])] if mode else [],
    )

def _target(sysroot):
    """Where to compile for and what with: nothing that is not named here is ever looked at."""
    both = ["--target=" + sysroot.triple, "--no-default-config"]
    return feature(name = "musl_target", enabled = True, flag_sets = [
        _flags(COMPILE, both + [
            "--sysroot=" + sysroot.headers.path,
            "-resource-dir=" + sysroot.headers.path + "/lib/clang/19",
        ]),
        _flags(CXX_COMPILE, ["-stdlib=libc++"]),
        _flags(LINK, both + [
            "--sysroot=" + sysroot.libraries.path,
            "-resource-dir=" + sysroot.libraries.path + "/lib/clang/19",
            "-stdlib=libc++",
            "-rtlib=compiler-rt",
            "-unwindlib=libunwind",
        ]),
    ])

def _linker(programs):
    return feature(name = "musl_linker", enabled = True, flag_sets = [
        _flags(LINK, ["--ld-path=" + programs["ld.lld"].path]),
    ])

def _reproducible(sysroot):
    """Nothing in an output tells where or when it was made."""
    return feature(name = "reproducible", enabled = True, flag_sets = [
        _flags(COMPILE, [
            "-ffile-prefix-map=" + sysroot.headers.path + "=/musl",
            "-fdebug-compilation-dir=.",
            "-fcoverage-compilation-dir=.",
            "-Wno-builtin-macro-redefined",
            "-D__DATE__=\"redacted\"",
            "-D__TIMESTAMP__=\"redacted\"",
            "-D__TIME__=\"redacted\"",
        ]),
    ])

_MODES = feature(name = "default_compile_flags", enabled = True, flag_sets = [
    _flags(COMPILE, ["-g", "-fno-omit-frame-pointer"], "dbg"),
    _flags(COMPILE, ["-O2", "-DNDEBUG", "-ffunction-sections", "-fdata-sections"], "opt"),
    _flags(LINK, ["-Wl,--gc-sections"], "opt"),
])

# Programs are position independent by clang's own default for this target.
_HARDENING = feature(name = "hardening", enabled = True, flag_sets = [
    _flags(COMPILE, ["-fstack-protector-strong", "-fstack-clash-protection"]),
    _flags(LINK, ["-Wl,-z,relro,-z,now", "-Wl,-z,noexecstack"]),
])

_LTO = feature(name = "lto", flag_sets = [
    _flags(COMPILE + LINK, ["-flto=thin"]),
    _flags(LINK, ["-Wl,--thinlto-jobs=2"]),
])

# A position independent program, too, so that it is loaded at a random address.
_FULLY_STATIC = feature(name = "fully_static_link", flag_sets = [_flags(LINK_EXECUTABLE, ["-static-pie"])])

def features(sysroot, programs):
    """Returns the toolchain's features besides those that Bazel adds.

    Args:
      sysroot: a MuslSysrootInfo.
      programs: dict from the names of LLVM's programs to their Files.

    Returns:
      A list of FeatureInfo.
    """
    named = [
        feature(name = "opt"),
        feature(name = "dbg"),
        feature(name = "fastbuild"),
        feature(name = "supports_dynamic_linker", enabled = True),
        feature(name = "supports_pic", enabled = True),
        feature(name = "supports_start_end_lib", enabled = True),
        feature(name = "gcc_quoting_for_param_files", enabled = True),
    ]
    return named + [_target(sysroot), _linker(programs), _reproducible(sysroot), _MODES, _HARDENING, _LTO, _FULLY_STATIC]
