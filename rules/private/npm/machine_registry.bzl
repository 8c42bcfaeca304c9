# SPDX-License-Identifier: Apache-2.0
"""A repository with one file, `registry.json`: which npm registry this machine is configured with.

It is made when the first tarball is fetched, and made anew when npm_config_registry changes. It holds URLs only: logins stay in the .npmrc files.
"""

load(":npmrc.bzl", "npmrc")
load(":tarball_url.bzl", "tarball_url")

def _user_npmrc_path(ctx):
    """Returns the path of the user's .npmrc, or None."""
    env = ctx.os.environ
    path = env.get("npm_config_userconfig") or env.get("NPM_CONFIG_USERCONFIG")
    if not path and env.get("HOME", env.get("USERPROFILE")):
        path = env.get("HOME", env.get("USERPROFILE")) + "/.npmrc"
    return ctx.path(path) if path else None

def _read_user_npmrc(ctx):
    """Reads the user's .npmrc.

    It is not watched, nor are its variables: what they lead to is checked by its integrity, and secrets must not get into
    Bazel's record of what a repository depends on.

    Args:
      ctx: a repository_ctx.

    Returns:
      See npmrc.bzl.
    """
    path = _user_npmrc_path(ctx)
    text = ctx.read(path, watch = "no") if path and path.exists else ""
    return npmrc.parse(text, ctx.os.environ)

def _ask_npm(ctx):
    """Returns the registry of npm's global and built-in configuration, or None where there is no npm to ask."""
    npm = ctx.which("npm")
    if not npm:
        return None
    got = ctx.execute([npm, "config", "get", "registry"], timeout = 60)
    answer = got.stdout.strip()
    return answer if got.return_code == 0 and answer.startswith(("http://", "https://")) else None

def _with_slash(url):
    return url if not url or url.endswith("/") else url + "/"

def _machine_registry_impl(ctx):
    env = ctx.getenv("npm_config_registry") or ctx.getenv("NPM_CONFIG_REGISTRY")
    user = _read_user_npmrc(ctx)
    found = {
        "env": _with_slash(env),
        "user": user.registry,
        "npm": None if env or user.registry else _with_slash(_ask_npm(ctx)),
        "scopes": user.scopes,
    }
    urls = [found["env"], found["user"], found["npm"]] + found["scopes"].values()
    error = tarball_url.credentials_error(urls, "reading the npm registry of this machine")
    if error:
        fail(error)
    ctx.file("BUILD.bazel", "exports_files([\"registry.json\"])\n")
    ctx.file("registry.json", json.encode(found))

machine_registry = repository_rule(
    doc = "Which npm registry this machine is configured with: npm_config_registry, the user's .npmrc, `npm config get registry`.",
    implementation = _machine_registry_impl,
)

read_user_npmrc = _read_user_npmrc
