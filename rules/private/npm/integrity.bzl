# SPDX-License-Identifier: Apache-2.0
"""Subresource integrity strings (https://w3c.github.io/webappsec-subresource-integrity/), as npm writes them into lockfiles."""

# Algorithm -> (strength, length of the base64 text of its digest).
_ALGORITHMS = {
    "sha1": (1, 28),
    "sha256": (2, 44),
    "sha384": (3, 64),
    "sha512": (4, 88),
}

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

def _hash_error(text):
    """Returns what is wrong with one `<algorithm>-<base64>`, or None."""
    algorithm, dash, digest = text.partition("-")
    if not dash or algorithm not in _ALGORITHMS:
        return "expected sha512-, sha384-, sha256- or sha1- and a base64 digest"
    length = _ALGORITHMS[algorithm][1]
    if len(digest) != length:
        return "expected {} base64 characters after {}-, found {}".format(length, algorithm, len(digest))
    if digest.rstrip("=").strip(_BASE64):
        return "expected base64 characters after {}-".format(algorithm)
    return None

def _strongest(text):
    """Picks the hash that is used of an integrity string with one or several.

    Args:
      text: hashes separated by spaces, each `<algorithm>-<base64>`, options after a `?` are ignored as the standard says.

    Returns:
      (hash, None), or (None, what is wrong with the text).
    """
    best, strength = None, 0
    for word in [word for word in text.split(" ") if word]:
        word = word.partition("?")[0]
        error = _hash_error(word)
        if error:
            return None, error
        rank = _ALGORITHMS[word.partition("-")[0]][0]
        if rank > strength:
            best, strength = word, rank
    if not best:
        return None, "expected a hash, found none"
    return best, None

def _slug(hash):
    """Returns a hash in characters that are fit for a repository name."""
    return hash.replace("+", ".").replace("/", "_").replace("=", "")

def _short(hash):
    """Returns twelve characters (72 bits) that tell a hash from others, fit for a repository name."""
    return _slug(hash.partition("-")[2])[:12]

integrity = struct(
    short = _short,
    slug = _slug,
    strongest = _strongest,
)
