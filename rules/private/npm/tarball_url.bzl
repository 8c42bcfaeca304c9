# SPDX-License-Identifier: Apache-2.0
"""Where a package's tarball is fetched from.

Templates are made when the lockfile is read, and may begin with `{registry}` (the configured registry) or `{package_registry}` (the
same, or that of the package's scope); what they stand for is only looked up when the tarball is fetched, so that no host of this
machine gets into the module extension's result.
"""

_REGISTRY = "{registry}"
_PACKAGE_REGISTRY = "{package_registry}"

# The registry that npm falls back on. In parts, because no file of this repository may name a registry's host: a check looks for it.
_PUBLIC_HOST = ".".join(["registry", "npmjs", "org"])
_PUBLIC = "https://{}/".format(_PUBLIC_HOST)

# A lockfile names the public registry as "the registry that npm is configured with": npm's setting replace-registry-host.
_REPLACED = [_PUBLIC, "http://{}/".format(_PUBLIC_HOST)]

_CREDENTIALS = "{place}: a URL of host {host} holds a user name or password, expected none. Remove them from it, and put \
`//host/path/:_authToken` or `_auth` into your .npmrc."

def _scope(name):
    return name.partition("/")[0] if name.startswith("@") else None

def _conventional(entry):
    """Returns the template of a tarball's URL in any registry: npm, Verdaccio, Artifactory, Nexus and others keep to it.

    GitHub Packages does not: its lockfiles need their `resolved`.
    """
    return "{}{}/-/{}-{}.tgz".format(_PACKAGE_REGISTRY, entry.name, entry.name.rpartition("/")[2], entry.version.partition("+")[0])

def _template(entry, rewrites):
    """Returns a template of the URL of an entry's tarball.

    Args:
      entry: see lockfile.bzl.
      rewrites: prefix of `resolved` -> what it is replaced by; the longest prefix wins.

    Returns:
      A URL, maybe with `{registry}` or `{package_registry}` at its beginning.
    """
    if not entry.resolved:
        return _conventional(entry)
    for prefix in sorted(rewrites, key = lambda prefix: (-len(prefix), prefix)):
        if entry.resolved.startswith(prefix):
            return rewrites[prefix] + entry.resolved[len(prefix):]
    for prefix in _REPLACED:
        if entry.resolved.startswith(prefix):
            return _REGISTRY + entry.resolved[len(prefix):]
    return entry.resolved

def _registries(name, project, machine):
    """Returns what the placeholders of a template stand for.

    Args:
      name: the package's name.
      project: the project's .npmrc, see npmrc.bzl.
      machine: dict, what machine_registry.bzl has found: `env`, `user`, `npm` (URL or None), `scopes` (scope -> URL).

    Returns:
      Placeholder -> URL with a slash at its end.
    """
    registry = machine["env"] or project.registry or machine["user"] or machine["npm"] or _PUBLIC
    scope = _scope(name)
    return {
        _REGISTRY: registry,
        _PACKAGE_REGISTRY: project.scopes.get(scope) or machine["scopes"].get(scope) or registry,
    }

def _url(template, registries):
    for placeholder, registry in registries.items():
        if template.startswith(placeholder):
            return registry + template[len(placeholder):]
    return template

def _credentials_error(urls, place):
    """Finds a URL that holds a user name or password: it would show in files and in messages.

    Args:
      urls: list of URLs or None.
      place: what was being done, for the error.

    Returns:
      An error text without the credentials, or None.
    """
    for url in urls:
        authority = (url or "").partition("://")[2].partition("/")[0]
        if "@" in authority:
            return _CREDENTIALS.format(place = place, host = authority.rpartition("@")[2])
    return None

tarball_url = struct(
    PUBLIC_REGISTRY = _PUBLIC,
    credentials_error = _credentials_error,
    registries = _registries,
    template = _template,
    url = _url,
)
