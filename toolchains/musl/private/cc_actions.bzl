# SPDX-License-Identifier: Apache-2.0
"""Which program does what, and which of Bazel's own flags each action takes."""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "action_config", "flag_group", "flag_set", "tool")

C_COMPILE = [ACTION_NAMES.c_compile]

CXX_COMPILE = [
    ACTION_NAMES.cpp_compile,
    ACTION_NAMES.cpp_header_parsing,
    ACTION_NAMES.cpp_module_compile,
    ACTION_NAMES.cpp_module_codegen,
    ACTION_NAMES.linkstamp_compile,
]

_ASSEMBLE = [
    ACTION_NAMES.assemble,
    ACTION_NAMES.preprocess_assemble,
]

COMPILE = C_COMPILE + CXX_COMPILE + _ASSEMBLE

LINK_EXECUTABLE = [ACTION_NAMES.cpp_link_executable]

LINK_SHARED = [
    ACTION_NAMES.cpp_link_dynamic_library,
    ACTION_NAMES.cpp_link_nodeps_dynamic_library,
]

LINK = LINK_EXECUTABLE + LINK_SHARED

# Features that Bazel has of its own, in the order in which it gives their flags. It adds them to an action only if asked.
_COMPILE_FEATURES = [
    "legacy_compile_flags",
    "user_compile_flags",
    "unfiltered_compile_flags",
    "compiler_input_flags",
    "compiler_output_flags",
]

_LINK_FEATURES = [
    "strip_debug_symbols",
    "linkstamps",
    "output_execpath_flags",
    "runtime_library_search_directories",
    "library_search_directories",
    "libraries_to_link",
    "user_link_flags",
    "legacy_link_flags",
    "linker_param_file",
]

def _configs(actions, program, implies):
    return [
        action_config(action_name = action, enabled = True, tools = [tool(tool = program)], implies = implies)
        for action in actions
    ]

def _strip(program):
    return action_config(
        action_name = ACTION_NAMES.strip,
        enabled = True,
        tools = [tool(tool = program)],
        flag_sets = [flag_set(flag_groups = [
            flag_group(flags = ["--strip-debug", "--preserve-dates", "-o", "%{output_file}"]),
            flag_group(flags = ["%{stripopts}"], iterate_over = "stripopts"),
            flag_group(flags = ["%{input_file}"]),
        ])],
    )

def action_configs(programs):
    """Returns the actions of a C++ toolchain.

    Args:
      programs: dict from the names of LLVM's programs to their Files.

    Returns:
      A list of ActionConfigInfo.
    """
    return (
        _configs(C_COMPILE + _ASSEMBLE, programs["clang"], _COMPILE_FEATURES) +
        _configs(CXX_COMPILE, programs["clang++"], _COMPILE_FEATURES) +
        # The C++ driver links C programs as well: all of its runtime is static and taken only if called.
        _configs(LINK_EXECUTABLE, programs["clang++"], _LINK_FEATURES + ["force_pic_flags"]) +
        _configs(LINK_SHARED, programs["clang++"], _LINK_FEATURES + ["shared_flag"]) +
        _configs([ACTION_NAMES.cpp_link_static_library], programs["llvm-ar"], ["archiver_flags", "linker_param_file"]) +
        _configs([ACTION_NAMES.objcopy_embed_data], programs["llvm-objcopy"], []) +
        [_strip(programs["llvm-strip"])]
    )
