# SPDX-License-Identifier: Apache-2.0
"""check: what a node_image_test looks at. Each function returns one value for the test's `checks`.

The values are JSON objects; tools/imagetest/config.go reads them. Fields that are not set are left out, so that the defaults stand
in one place, the tool.
"""

def _http(
        path,
        port,
        expect = None,
        *,
        method = None,
        headers = None,
        body = None,
        status = None,
        body_contains = None,
        response_headers = None):
    """Sends a request to the image's program and looks at the answer.

    The program is started once for all `check.http` and `check.signal` of a test, as the image says. The request is sent as soon as
    the port accepts connections. Redirects are not followed.

    Args:
      path: path and query, such as "/api?x=1".
      port: int, the TCP port that the program listens on.
      expect: the whole body: a string as it is, or a dict or list that the body must equal as JSON. Default: any.
      method: HTTP method. Default: "GET".
      headers: dict of request headers.
      body: string, the request's body.
      status: int, the expected status. Default: 200.
      body_contains: list of strings that the body must contain, or one such string.
      response_headers: dict of expected headers. A value without parameters, such as "application/json", also stands for one with
        parameters, "application/json; charset=utf-8".

    Returns:
      A string.
    """
    where = "check.http({})".format(repr(path))
    _path(where, path, ["/"])
    _port(where, port)
    _type(where, "expect", expect, ["string", "dict", "list"])
    _type(where, "method", method, ["string"])
    _type(where, "body", body, ["string"])
    if status != None and (type(status) != "int" or status < 100 or status > 599):
        fail("{}: status is {}, expected an int from 100 to 599".format(where, repr(status)))
    return _check(
        "http",
        path = path,
        port = port,
        method = method,
        headers = _strings_by_name(where, "headers", headers),
        body = body,
        status = status,
        body_contains = _strings_or_one(where, "body_contains", body_contains),
        body_equals = expect if type(expect) == "string" else None,
        json = expect if type(expect) != "string" else None,
        response_headers = _strings_by_name(where, "response_headers", response_headers),
    )

def _command(
        args = None,
        *,
        entrypoint = None,
        env = None,
        exit_code = None,
        stdout = None,
        stdout_contains = None,
        stderr_contains = None):
    """Runs a process of its own in the image to its end.

    Args:
      args: list of strings that replaces the image's command, after its entrypoint. Default: the image's command.
      entrypoint: list of strings that replaces the image's entrypoint and forgets its command, as `docker run --entrypoint` does.
      env: dict of environment variables, over those of the image and the test.
      exit_code: int, the expected exit code; 128 + N if signal N kills the process. Default: 0.
      stdout: string, the whole standard output, with its final newline. Default: any.
      stdout_contains: list of strings that the standard output must contain, or one such string.
      stderr_contains: list of strings that the standard error must contain, or one such string.

    Returns:
      A string.
    """
    where = "check.command({})".format("" if args == None else repr(args))
    _type(where, "exit_code", exit_code, ["int"])
    if exit_code != None and (exit_code < 0 or exit_code > 255):
        fail("{}: exit_code is {}, expected an int from 0 to 255".format(where, exit_code))
    _type(where, "stdout", stdout, ["string"])
    if entrypoint != None and not entrypoint:
        fail("{}: entrypoint is empty, expected a program".format(where))
    return _check(
        "command",
        args = _strings(where, "args", args),
        entrypoint = _strings(where, "entrypoint", entrypoint),
        env = _strings_by_name(where, "env", env),
        exit_code = exit_code,
        stdout = stdout,
        stdout_contains = _strings_or_one(where, "stdout_contains", stdout_contains),
        stderr_contains = _strings_or_one(where, "stderr_contains", stderr_contains),
    )

def _signal(signal = None, exit_code = None, *, within_ms = None, port = None, after_output = None):
    """Signals the image's program, as `docker stop` and Kubernetes do, and expects it to end in time.

    The program is process 1: a signal that it does not handle does nothing to it. A signal that comes before the program has set up
    its handler is lost, so that the test waits for a sign: `port`, `after_output`, or else the port of the test's first `check.http`.

    Args:
      signal: name of the signal. Default: "SIGTERM".
      exit_code: int, the expected exit code. Default: any.
      within_ms: int, how long the program may take, in milliseconds. Default: 1000.
      port: int, a TCP port that accepts connections when the program is up.
      after_output: string that the program has printed when it is up.

    Returns:
      A string.
    """
    where = "check.signal({})".format("" if signal == None else repr(signal))
    if signal != None and (type(signal) != "string" or not signal.startswith("SIG")):
        fail("{}: signal is {}, expected a name such as \"SIGTERM\"".format(where, repr(signal)))
    _type(where, "exit_code", exit_code, ["int"])
    if within_ms != None and (type(within_ms) != "int" or within_ms < 1):
        fail("{}: within_ms is {}, expected a positive int".format(where, repr(within_ms)))
    if port != None:
        _port(where, port)
    _type(where, "after_output", after_output, ["string"])
    return _check("signal", signal = signal, exit_code = exit_code, within_ms = within_ms, port = port, after_output = after_output)

def _present(path, mode = None):
    """Looks for a path in the image's layers, as they are when all are applied.

    Args:
      path: absolute path in the image. Symlinks are followed; one that leads nowhere is not present.
      mode: string, the mode in octal, such as "0755". Default: any.

    Returns:
      A string.
    """
    where = "check.present({})".format(repr(path))
    _path(where, path, ["/"])
    if mode != None and (type(mode) != "string" or not mode or mode.strip("01234567")):
        fail("{}: mode is {}, expected an octal number as a string, such as \"0755\"".format(where, repr(mode)))
    return _check("present", path = path, mode = mode)

def _absent(path):
    """Wants a path, or whatever a pattern matches, not to be in the image's layers, as they are when all are applied.

    Args:
      path: absolute path in the image, or a pattern in which `*` and `?` stand for characters of one name and `**` for any number
        of folders: "**/sh", "/usr/**/npm". Symlinks to folders are followed where the pattern names them.

    Returns:
      A string.
    """
    where = "check.absent({})".format(repr(path))
    _path(where, path, ["/", "**/"])
    return _check("absent", path = path)

def _config(*, user = None, entrypoint = None, cmd = None, workdir = None, env = None, labels = None):
    """Compares the image's config. What is not given does not count.

    Args:
      user: string, such as "65532".
      entrypoint: list of strings.
      cmd: list of strings.
      workdir: string, the working directory.
      env: dict of environment variables that must have these values; there may be others.
      labels: dict of labels that must have these values; there may be others.

    Returns:
      A string.
    """
    where = "check.config()"
    _type(where, "user", user, ["string"])
    _type(where, "workdir", workdir, ["string"])
    if user == None and entrypoint == None and cmd == None and workdir == None and not env and not labels:
        fail("check.config(): nothing is given, expected at least one of user, entrypoint, cmd, workdir, env, labels")
    return _check(
        "config",
        user = user,
        entrypoint = _strings(where, "entrypoint", entrypoint),
        cmd = _strings(where, "cmd", cmd),
        workdir = workdir,
        env = _strings_by_name(where, "env", env),
        labels = _strings_by_name(where, "labels", labels),
    )

def _check(type, **fields):
    set_fields = {name: value for name, value in fields.items() if value != None}
    return json.encode({"type": type} | set_fields)

def _path(where, path, starts):
    if type(path) != "string" or not [s for s in starts if path.startswith(s)]:
        fail("{}: path is {}, expected a string that starts with {}".format(where, repr(path), " or ".join([repr(s) for s in starts])))

def _port(where, port):
    if type(port) != "int" or port < 1 or port > 65535:
        fail("{}: port is {}, expected an int from 1 to 65535".format(where, repr(port)))

def _type(where, name, value, types):
    if value != None and type(value) not in types:
        fail("{}: {} is {}, expected {}".format(where, name, repr(value), " or ".join([("an " if t == "int" else "a ") + t for t in types])))

def _strings(where, name, value):
    if value != None and (type(value) != "list" or [v for v in value if type(v) != "string"]):
        fail("{}: {} is {}, expected a list of strings".format(where, name, repr(value)))
    return value

def _strings_or_one(where, name, value):
    return [value] if type(value) == "string" else _strings(where, name, value)

def _strings_by_name(where, name, value):
    if value != None and (type(value) != "dict" or [v for pair in value.items() for v in pair if type(v) != "string"]):
        fail("{}: {} is {}, expected a dict of strings".format(where, name, repr(value)))
    return value

check = struct(
    absent = _absent,
    command = _command,
    config = _config,
    http = _http,
    present = _present,
    signal = _signal,
)
