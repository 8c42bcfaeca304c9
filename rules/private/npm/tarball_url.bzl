# SPDX-License-Identifier: Apache-2.0
"""Where a package's tarball is fetched from.

Templates are made when the lockfile is read, and may begin with `{registry}`; what that stands for is only looked up when the
tarball is fetched, so that no host of this machine gets into the module extension's result.
"""

_REGISTRY = "{registry}"
_DEFAULT = "https://registry.npmjs.example/"

# A lockfile names the public registry as "the registry that npm is configured with": npm's setting replace-registry-host.
_REPLACED = ["https://registry.npmjs.example/", "http://registry.npmjs.example/"]

def _scope(name):
    return name.partition("/")[0] if name.startswith("@") else None

def _conventional(entry):
    """Returns the template of a tarball's URL in any registry: npm, Verdaccio, Artifactory, Nexus and others keep to it."""
    return "{}{}/-/{}-{}.tgz".format(_REGISTRY, entry.name, entry.name.rpartition("/")[2], entry.version.partition("+")[0])

def _template(entry, rewrites):
    """Returns a template of the URL of an entry's tarball.

    Args:
      entry: see lockfile.bzl.
      rewrites: prefix of `resolved` -> what it is replaced by; the longest prefix wins.

    Returns:
      A URL, maybe with `{registry}` at its beginning.
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

def _registry(name, project, machine):
    """Returns the registry that npm takes for a package.

    Args:
      name: the package's name.
      project: the project's .npmrc, see npmrc.bzl.
      machine: dict, what machine_registry.bzl has found: `env`, `user`, `npm` (URL or None), `scopes` (scope -> URL).

    Returns:
      A URL with a slash at its end.
    """
    scope = _scope(name)
    for scopes in [project.scopes, machine["scopes"]]:
        if scope in scopes:
            return scopes[scope]
    return machine["env"] or project.registry or machine["user"] or machine["npm"] or _DEFAULT

def _url(template, registry):
    return registry + template[len(_REGISTRY):] if template.startswith(_REGISTRY) else template

tarball_url = struct(
    registry = _registry,
    template = _template,
    url = _url,
)
