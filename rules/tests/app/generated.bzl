# SPDX-License-Identifier: Apache-2.0
"""Generated sources: a file, and a directory."""

def _generated_file_impl(ctx):
    file = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(file, json.encode({"version": "1.2.3"}))
    return [DefaultInfo(files = depset([file]))]

generated_file = rule(implementation = _generated_file_impl)

def _generated_directory_impl(ctx):
    directory = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run_shell(
        command = "mkdir $1/deep && printf 'module.exports = \"built\";' > $1/deep/index.js",
        arguments = [directory.path],
        outputs = [directory],
    )
    return [DefaultInfo(files = depset([directory]))]

generated_directory = rule(implementation = _generated_directory_impl)
