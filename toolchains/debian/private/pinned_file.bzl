# SPDX-License-Identifier: Apache-2.0
"""Downloads one pinned file of the Debian archive."""

load(":mirrors.bzl", "mirrors")

_NOT_FETCHED = """\
fetching {path} for {wanted_by}: {error}
Tried: {urls}
The pin is a line of {lock}. If the mirror has dropped this version, set {env} to a mirror that has it, or move the pin \
with tools/dev/update-debian.\
"""

# What every repository rule that calls download needs to know.
PIN_ATTRS = {
    "lock": attr.string(mandatory = True, doc = "The lock file's label, for error messages."),
    "snapshot": attr.string(mandatory = True, doc = "A moment at which the snapshot archive has the files: `20260101T000000Z`."),
}

def download(ctx, path, sha256, output, wanted_by):
    """Downloads a file from the configured mirror or from the snapshot archive, or fails saying what to do.

    Args:
      ctx: the repository_ctx, of a rule that has PIN_ATTRS.
      path: where the file stands below a mirror's root: `pool/...`.
      sha256: 64 hex digits.
      output: what to call it here.
      wanted_by: the package and its version, for error messages.
    """
    urls = mirrors.urls(
        env = ctx.getenv(mirrors.ENV),
        apt_sources = mirrors.read_apt_sources(ctx),
        snapshot = ctx.attr.snapshot,
        path = path,
    )
    got = ctx.download(urls, output, sha256 = sha256, allow_fail = True)
    if not got.success:
        fail(_NOT_FETCHED.format(
            path = path.split("/")[-1],
            wanted_by = wanted_by,
            error = getattr(got, "error", "no mirror has the pinned bytes"),
            urls = ", ".join(urls),
            lock = ctx.attr.lock,
            env = mirrors.ENV,
        ))
