# SPDX-License-Identifier: Apache-2.0
"""What the functions of `check` refuse, word for word."""

load("//rules:defs.bzl", "check")
load(":refusals_test.bzl", "refused_test")

_TABLE = {
    "http_path": (lambda: check.http("api", 80), """check.http("api"): path is "api", expected a string that starts with "/\""""),
    "http_port": (lambda: check.http("/", 0), """check.http("/"): port is 0, expected an int from 1 to 65535"""),
    "http_status": (lambda: check.http("/", 80, status = 600), """check.http("/"): status is 600, expected an int from 100 to 599"""),
    "http_expect": (lambda: check.http("/", 80, 1), """check.http("/"): expect is 1, expected a string or a dict or a list"""),
    "http_headers": (lambda: check.http("/", 80, headers = {"a": 1}), """check.http("/"): headers is {"a": 1}, expected a dict of strings"""),
    "command_args": (lambda: check.command("-v"), """check.command("-v"): args is "-v", expected a list of strings"""),
    "command_exit_code": (lambda: check.command(exit_code = 256), "check.command(): exit_code is 256, expected an int from 0 to 255"),
    "command_entrypoint": (lambda: check.command(entrypoint = []), "check.command(): entrypoint is empty, expected a program"),
    "signal_name": (lambda: check.signal("TERM"), """check.signal("TERM"): signal is "TERM", expected a name such as "SIGTERM\""""),
    "signal_within_ms": (lambda: check.signal(within_ms = 0), "check.signal(): within_ms is 0, expected a positive int"),
    "present_mode": (lambda: check.present("/x", "rwx"), """check.present("/x"): mode is "rwx", expected an octal number as a string, such as "0755\""""),
    "absent_path": (lambda: check.absent("sh"), """check.absent("sh"): path is "sh", expected a string that starts with "/" or "**/\""""),
    "config_empty": (lambda: check.config(), "check.config(): nothing is given, expected at least one of user, entrypoint, cmd, workdir, env, labels"),
}

_call = rule(
    doc = "Calls the function of a row of the table.",
    implementation = lambda ctx: [_TABLE[ctx.attr.row][0]()],
    attrs = {"row": attr.string(mandatory = True, doc = "Key of the table.")},
)

def check_tests(name):
    """Declares a test for each row of the table.

    Args:
      name: what the tests' names begin with.
    """
    for row, (_, text) in _TABLE.items():
        _call(
            name = "{}_{}_call".format(name, row),
            row = row,
            tags = ["manual"],
        )
        refused_test(
            name = "{}_{}_is_refused_test".format(name, row),
            target_under_test = ":{}_{}_call".format(name, row),
            text = text,
        )
