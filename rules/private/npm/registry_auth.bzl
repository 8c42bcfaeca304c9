# SPDX-License-Identifier: Apache-2.0
"""From the logins of .npmrc files to what Bazel's downloader takes as `auth`. Nothing of it is ever written to a file."""

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

# The printable characters of ASCII, from the blank (32) on: Starlark has no chr().
_PRINTABLE = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

def _decoded(text):
    """Decodes base64.

    Args:
      text: base64, padded or not.

    Returns:
      A string of printable ASCII; None where the text is no base64 or holds anything else.
    """
    bits, count, decoded = 0, 0, ""
    for c in text.rstrip("=").elems():
        value = _ALPHABET.find(c)
        if value < 0:
            return None
        bits, count = bits * 64 + value, count + 6
        if count >= 8:
            count -= 8
            code = bits >> count
            bits -= code << count
            if code < 32 or code > 126:
                return None
            decoded += _PRINTABLE[code - 32]
    return decoded

def _places(url):
    """Returns the keys under which an .npmrc may have a login for a URL: `//host/a/b/`, `//host/a/`, `//host/`, the longest first."""
    segments = url.partition("://")[2].split("/")
    return ["//" + "/".join(segments[:end]) + "/" for end in range(len(segments), 0, -1)]

_BAD_PASSWORD = "The login for {place} in .npmrc is left out: its _password is not the base64 of printable ASCII. \
Use {place}:_authToken or {place}:_auth."

_UNSET = "The login for {place} in .npmrc is left out: {key} names a variable that is not set."

def _header(value):
    # The secret stands in the pattern, as Bazel takes what it puts in for <password> as a regular expression's replacement.
    return {"type": "pattern", "pattern": value}

def _login(keys, place):
    """Returns (auth for the downloader, None), (None, None) where there is none, or (None, why it cannot be used)."""
    for key, value in keys.items():
        if "${" in value:
            return None, _UNSET.format(place = place, key = key)
    if keys.get("_authToken"):
        return _header("Bearer " + keys["_authToken"]), None
    if keys.get("_auth"):
        return _header("Basic " + keys["_auth"]), None
    if keys.get("username") and keys.get("_password"):
        password = _decoded(keys["_password"])
        if password == None:
            return None, _BAD_PASSWORD.format(place = place)
        return {"type": "basic", "login": keys["username"], "password": password}, None
    return None, None

def _for_urls(urls, auth):
    """Finds the logins for URLs, as npm does: that of the longest `//host/path/` that the URL begins with.

    A login that cannot be used is left out: a package may well be public. It is told when fetching fails.

    Args:
      urls: list of URLs.
      auth: see npmrc.bzl.

    Returns:
      A struct of `logins` (URL -> what the `auth` parameter of `repository_ctx.download` takes; without those that need none) and
      `problems` (list of texts).
    """
    logins, problems = {}, {}
    for url in urls:
        for place in _places(url):
            login, problem = _login(auth.get(place, {}), place)
            if problem:
                problems[problem] = None
            if login:
                logins[url] = login
            if login or problem:
                break
    return struct(logins = logins, problems = problems.keys())

registry_auth = struct(
    decoded = _decoded,
    for_urls = _for_urls,
)
