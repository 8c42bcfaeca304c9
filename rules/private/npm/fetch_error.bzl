# SPDX-License-Identifier: Apache-2.0
"""What is said when a tarball cannot be fetched."""

_TEXT = """\
fetching npm package {package}: {found}
Expected a tarball of integrity {integrity}, which is locked in {lockfiles}, at:
{urls}
A warning above says what was found. If it is a checksum, somebody has changed the tarball: do not take over the new integrity before \
you know who. If it is 401, 403 or 404, see that the registry and the login of .npmrc are those with which npm reads this package.\
"""

def _text(package, found, integrity, lockfiles, urls, problems):
    """Returns the error text.

    Args:
      package: name@version.
      found: what Bazel's downloader says.
      integrity: the expected hash.
      lockfiles: list of labels.
      urls: list of the URLs that were tried.
      problems: list of texts, why logins could not be used.

    Returns:
      A string.
    """
    text = _TEXT.format(
        package = package,
        found = found,
        integrity = integrity,
        lockfiles = ", ".join(lockfiles),
        urls = "\n".join(["  " + url for url in urls]),
    )
    return "\n".join([text] + problems)

fetch_error = struct(text = _text)
