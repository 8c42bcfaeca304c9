# SPDX-License-Identifier: Apache-2.0
"""package-lock.json: from text to checked entries.

The format: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json. Versions 2 and 3 are read, of which `packages` is
the truth; `dependencies` is there for npm 6. What is not supported is refused here, so that nobody behind has to think of it.
Nothing here fails: every function returns its errors.
"""

load(":integrity.bzl", "integrity")
load(":lockfile_path.bzl", "lockfile_path")
load(":lockfile_problems.bzl", "lockfile_problems")

_READABLE_VERSIONS = [2, 3]

_NOT_JSON = "reading lockfile {label}: found no JSON object, expected npm's package-lock.json. Restore it from version control, or \
make it anew with `npm install --package-lock-only --lockfile-version=3`."

_BAD_VERSION = "reading lockfile {label}: found lockfileVersion {found}, expected 2 or 3. Convert it with \
`npm install --package-lock-only --lockfile-version=3`."

_NO_ROOT = "reading lockfile {label}: found no entry \"\" in packages, expected the dependencies of package.json there. Make the \
lockfile anew with `npm install --package-lock-only --lockfile-version=3`."

def _strings(value):
    """Returns a list of strings from what may be one or many, as package.json allows for os, cpu and libc; None for none."""
    if type(value) == "string":
        return [value]
    if type(value) == "list":
        return [item for item in value if type(item) == "string"]
    return None

def _dict(value):
    return value if type(value) == "dict" else {}

def _bin(value, name):
    """Returns command -> file. package.json allows a lone string: the command is then the package's name without its scope."""
    if type(value) == "string":
        return {str(name).rpartition("/")[2]: value}
    return {command: file for command, file in _dict(value).items() if type(file) == "string"}

def _resolved_kind(resolved):
    """Returns the kind of problem with a `resolved` value, or None."""
    if resolved == None or resolved.startswith(("https://", "http://")):
        return None
    if resolved.startswith(("git+", "git:", "git@", "github:", "gitlab:", "bitbucket:")):
        return "git"
    return "file" if resolved.startswith("file:") else "url"

def _entry(path, names, raw, hash):
    resolved = raw.get("resolved")
    name = raw.get("name", names[-1] if names else "")
    engines = _dict(raw.get("engines"))
    return struct(
        path = path,
        # Keys of the packages that this one stands in: nearest first, the root last; empty for the root.
        ancestors = lockfile_path.ancestors(names) if names else [],
        # As the registry knows it: differs from the path's last part for an alias.
        name = name,
        version = raw.get("version", ""),
        resolved = resolved if type(resolved) == "string" else None,
        # One hash; empty where the lockfile has none.
        integrity = hash,
        in_bundle = raw.get("inBundle") == True,
        has_install_script = raw.get("hasInstallScript") == True,
        bundles = bool(raw.get("bundleDependencies")),
        bundle_dependencies = _strings(raw.get("bundleDependencies")) or [],
        bin = _bin(raw.get("bin"), name),
        os = _strings(raw.get("os")),
        cpu = _strings(raw.get("cpu")),
        libc = _strings(raw.get("libc")),
        node = engines.get("node", "") if type(engines.get("node", "")) == "string" else "",
        dependencies = _dict(raw.get("dependencies")),
        dev_dependencies = _dict(raw.get("devDependencies")),
        optional_dependencies = _dict(raw.get("optionalDependencies")),
        peer_dependencies = _dict(raw.get("peerDependencies")),
        peer_dependencies_meta = _dict(raw.get("peerDependenciesMeta")),
    )

def _is_below_link(path, links):
    """Returns whether the entry is the folder that a link leads to, or stands in that folder's node_modules."""
    return path.partition("/node_modules/")[0] in links

def _checked(path, raw, links):
    """Returns (entry, kind of problem, detail); entry None where there is a problem or nothing to install."""
    if type(raw) != "dict":
        return None, "malformed", "expected an object, found " + json.encode(raw)
    if raw.get("link"):
        return None, "link", "leads to {}".format(json.encode(raw.get("resolved")))
    if _is_below_link(path, links):
        return None, None, None
    names = lockfile_path.split(path)
    if not names:
        return None, "unsafe", ""
    hash, hash_error = _hash(raw.get("integrity"))
    entry = _entry(path, names, raw, hash)
    if type(entry.name) != "string" or not lockfile_path.is_name(entry.name):
        return None, "malformed", "expected a package's name, found name {}".format(json.encode(raw["name"]))
    if type(entry.version) != "string" or not entry.version:
        return None, "malformed", "expected a version, found {}".format(json.encode(raw.get("version")))
    kind = _resolved_kind(entry.resolved)
    if kind:
        return None, kind, entry.resolved
    if hash_error:
        return None, "integrity", hash_error
    return entry, (None if hash else "unhashed"), entry.name + "@" + entry.version

def _hash(text):
    """Returns (one hash, None), ("", None) where the entry has no integrity, or (None, error)."""
    if text == None or text == "":
        return "", None
    hash, error = integrity.strongest(text) if type(text) == "string" else (None, "expected a string")
    return hash, ("{}, found {}".format(error, json.encode(text)) if error else None)

def _bundler(entry, entries):
    """Returns the key of the package whose tarball holds this one, or None where it has a tarball of its own.

    What the project itself bundles (top-level entries with inBundle) is fetched like everything else.
    """
    if not entry.in_bundle:
        return None
    candidate = None
    for key in entry.ancestors[:-1]:
        ancestor = entries.get(key)
        if ancestor and ancestor.bundles:
            return key
        if ancestor and not ancestor.in_bundle and not candidate:
            candidate = key

    # Lockfiles converted from version 1 do not say who bundles, but then there is nothing to fetch either.
    return candidate if not entry.integrity else None

def _packages(label, raw_packages):
    """Returns (path -> entry, bundled path -> bundler's path, None) or (None, None, error)."""
    links = {
        raw["resolved"]: None
        for raw in raw_packages.values()
        if type(raw) == "dict" and raw.get("link") and type(raw.get("resolved")) == "string"
    }
    entries, unhashed, problems, lowered = {}, {}, {}, {}
    for path, raw in raw_packages.items():
        if path == "":
            continue
        entry, kind, detail = _checked(path, raw, links)
        if entry:
            entries[path] = entry
        if kind == "unhashed":
            unhashed[path] = detail
        elif kind:
            problems.setdefault(kind, []).append("{}: {}".format(json.encode(path), detail) if detail else json.encode(path))
        if path.lower() in lowered:
            problems.setdefault("duplicate", []).append("{} and {}".format(json.encode(lowered[path.lower()]), json.encode(path)))
        lowered[path.lower()] = path

    bundlers = {}
    for path, entry in entries.items():
        bundler = _bundler(entry, entries)
        if bundler:
            bundlers[path] = bundler
        elif path in unhashed:
            problems.setdefault("unhashed", []).append("{}: {}".format(json.encode(path), unhashed[path]))
        if entry.ancestors[0] not in raw_packages:
            problems.setdefault("malformed", []).append("{}: stands in {}, which has no entry".format(json.encode(path), json.encode(entry.ancestors[0])))
    if problems:
        return None, None, lockfile_problems.text(label, problems)
    return entries, bundlers, None

def _parse(text, label):
    """Reads a package-lock.json.

    Args:
      text: the file's content.
      label: string, the file's label, for errors.

    Returns:
      (lock, None) or (None, error). The lock is a struct of `label`, `root` (the project's own entry), `packages` (path -> entry,
      in the lockfile's order) and `bundlers` (path of a bundled package -> path of the package whose tarball holds it).
      An entry is a struct, see `_entry`; its `integrity` is one hash, the strongest of the lockfile's.
    """
    raw = json.decode(text, default = None)
    if type(raw) != "dict":
        return None, _NOT_JSON.format(label = label)
    if raw.get("lockfileVersion") not in _READABLE_VERSIONS:
        return None, _BAD_VERSION.format(label = label, found = json.encode(raw.get("lockfileVersion")))
    raw_packages = _dict(raw.get("packages"))
    if type(raw_packages.get("")) != "dict":
        return None, _NO_ROOT.format(label = label)
    packages, bundlers, error = _packages(label, raw_packages)
    if error:
        return None, error
    return struct(label = label, root = _entry("", [], raw_packages[""], ""), packages = packages, bundlers = bundlers), None

lockfile = struct(parse = _parse)
