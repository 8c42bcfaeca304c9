# SPDX-License-Identifier: Apache-2.0
"""The .npmrc files of npm (https://docs.npmjs.com/cli/v11/configuring-npm/npmrc), as far as fetching packages needs them.

Read: `registry`, `@scope:registry`, `legacy-peer-deps`, and per registry (`//host/path/:key`) `_authToken`, `_auth`, `username`
with `_password`. `${VARIABLE}` is replaced in values and in keys; `${VARIABLE?}` is empty where the variable is not set.

Not read, here or elsewhere: client certificates (`certfile`, `keyfile`, `cafile`), `proxy` (Bazel has its own settings for both),
`email`, sections, array keys (`key[]`), registries and logins in environment variables other than `npm_config_registry`.
A login without a registry before it (`_authToken=...`) is refused by npm itself since version 9, and ignored here.
"""

_AUTH_KEYS = ["_authToken", "_auth", "username", "_password"]

def _unquoted(text):
    for quote in ["\"", "'"]:
        if len(text) > 1 and text.startswith(quote) and text.endswith(quote):
            return text[1:-1]
    return text

def _without_comment(line):
    """Cuts a comment off: `;` or `#` at the start or after a blank, unless a backslash is before it, as npm's ini parser reads it."""
    for i, c in enumerate(line.elems()):
        if c in ";#" and (i == 0 or line[i - 1] in " \t"):
            return line[:i]
    return line

def _expanded(text, env):
    """Replaces `${NAME}`. A variable that is not set leaves the text as it is, as npm does."""
    head, rest = "", text
    for _ in range(text.count("${")):
        before, mark, after = rest.partition("${")
        name, end, tail = after.partition("}")
        if not end:
            break
        value = env.get(name.removesuffix("?"))
        if value == None:
            value = "" if name.endswith("?") else mark + name + end
        head, rest = head + before + value, tail
    return head + rest

def _with_slash(url):
    return url if url.endswith("/") else url + "/"

def _parse(text, env):
    """Reads an .npmrc.

    Args:
      text: the file's content, "" for a file that does not exist.
      env: dict, the environment variables.

    Returns:
      A struct of
      `registry`: URL with a slash at its end, or None;
      `scopes`: scope (`@acme`) -> URL with a slash at its end;
      `legacy_peer_deps`: bool;
      `auth`: `//host/path/` -> dict of the keys `_authToken`, `_auth`, `username`, `_password` (secrets: keep them in memory).
    """
    registry, scopes, auth, legacy_peer_deps = None, {}, {}, False
    for line in text.splitlines():
        key, equals, value = _without_comment(line.strip()).partition("=")
        key, value = _expanded(_unquoted(key.strip()), env), _expanded(_unquoted(value.strip()), env)
        if not key or key.startswith("["):
            continue
        if key == "legacy-peer-deps":
            # npm takes a key alone for true.
            legacy_peer_deps = value == "true" if equals else True
        elif not value:
            continue
        elif key == "registry":
            registry = _with_slash(value)
        elif key.startswith("@") and key.endswith(":registry"):
            scopes[key.removesuffix(":registry")] = _with_slash(value)
        elif key.startswith("//"):
            place, _, name = key.rpartition(":")
            if name in _AUTH_KEYS:
                auth.setdefault(_with_slash(place), {})[name] = value
    return struct(registry = registry, scopes = scopes, legacy_peer_deps = legacy_peer_deps, auth = auth)

def _merged_auth(files):
    """Returns the logins of several parsed files: the first that names a registry's key has it."""
    auth = {}
    for file in reversed(files):
        for place, keys in file.auth.items():
            auth.setdefault(place, {}).update(keys)
    return auth

npmrc = struct(
    merged_auth = _merged_auth,
    parse = _parse,
)
