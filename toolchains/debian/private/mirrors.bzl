# SPDX-License-Identifier: Apache-2.0
"""Where Debian packages come from: the mirror this machine is configured with, then the immutable snapshot archive."""

_ENV = "RULES_NODE_IMAGE_DEBIAN_MIRROR"

_SNAPSHOT = "https://snapshot.debian.org/archive/debian"

def _of_apt_sources(text):
    """Returns the archive roots named in apt sources of either format (sources.list(5)).

    Args:
      text: content of a `.list` or `.sources` file.

    Returns:
      A list of URLs without a trailing slash, in the order of appearance, each once. Only http(s) roots of the main
      archive (they end in `/debian`): a security or third-party archive has another pool.
    """
    roots = {}
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("URIs:"):
            words = line[len("URIs:"):].split(" ")
        elif line.startswith("deb ") or line.startswith("deb\t"):
            words = line.replace("\t", " ").split(" ")
        else:
            continue
        for word in words:
            root = word.rstrip("/")
            if root.endswith("/debian") and (root.startswith("http://") or root.startswith("https://")):
                roots[root] = None
    return roots.keys()

def _read_apt_sources(ctx):
    """Returns the text of every apt source of this machine, or "" where there is no apt."""
    texts = []
    folder = ctx.path("/etc/apt/sources.list.d")
    if folder.exists:
        for file in sorted(folder.readdir(watch = "no"), key = str):
            if file.basename.endswith(".list") or file.basename.endswith(".sources"):
                texts.append(ctx.read(file, watch = "no"))
    single = ctx.path("/etc/apt/sources.list")
    if single.exists:
        texts.append(ctx.read(single, watch = "no"))
    return "\n".join(texts)

def _urls(env, apt_sources, snapshot, path):
    """Returns where to look for a package, best first.

    Args:
      env: value of the environment variable, a mirror's root or several, space separated; or None.
      apt_sources: text of the machine's apt sources.
      snapshot: moment of the snapshot archive.
      path: the package's path in the pool.

    Returns:
      A list of URLs.
    """
    roots = [root.rstrip("/") for root in env.split(" ") if root] if env else _of_apt_sources(apt_sources)

    # A literal plus is legal in a path, yet some object stores behind mirrors decode it as a space.
    escaped = path.replace("+", "%2B")
    return ["{}/{}".format(root, escaped) for root in roots] + ["{}/{}/{}".format(_SNAPSHOT, snapshot, escaped)]

mirrors = struct(
    ENV = _ENV,
    of_apt_sources = _of_apt_sources,
    read_apt_sources = _read_apt_sources,
    urls = _urls,
)
