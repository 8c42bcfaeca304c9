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
    place = url.partition("://")[2].partition("?")[0].partition("#")[0]
    segments = place.split("/")
    return ["//" + "/".join(segments[:end]) + "/" for end in range(len(segments), 0, -1)]

def _login(keys, place):
    """Returns (auth for the downloader, None), (None, None) where there is none, or (None, error)."""
    if keys.get("_authToken"):
        return {"type": "pattern", "pattern": "Bearer <password>", "password": keys["_authToken"]}, None
    if keys.get("_auth"):
        return {"type": "pattern", "pattern": "Basic <password>", "password": keys["_auth"]}, None
    if keys.get("username") and keys.get("_password"):
        password = _decoded(keys["_password"])
        if password == None:
            return None, ("reading the login for {place} in .npmrc: _password is not the base64 of printable ASCII, expected what npm writes there. " +
                          "Use {place}:_authToken or {place}:_auth.").format(place = place)
        return {"type": "basic", "login": keys["username"], "password": password}, None
    return None, None

def _for_urls(urls, auth):
    """Finds the logins for URLs, as npm does: that of the longest `//host/path/` that the URL begins with.

    Args:
      urls: list of URLs.
      auth: see npmrc.bzl.

    Returns:
      (url -> login for the `auth` parameter of `repository_ctx.download`, None) or (None, error). URLs without a login are absent.
    """
    logins = {}
    for url in urls:
        for place in _places(url):
            login, error = _login(auth.get(place, {}), place)
            if error:
                return None, error
            if login:
                logins[url] = login
                break
    return logins, None

registry_auth = struct(
    decoded = _decoded,
    for_urls = _for_urls,
)
