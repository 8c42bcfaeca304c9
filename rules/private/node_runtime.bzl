# SPDX-License-Identifier: Apache-2.0
"""node_runtime: the base image."""

load(":image.bzl", "IMAGE_ATTRS", "PLATFORM_ATTR", "image", "image_outputs", "platform_transition")
load(":layer.bzl", "COMPRESSION_ATTR", "FILE_LAYER_ATTRS", "entry", "file_layer")

_DOC = """\
The base image: node, what it needs to start, CA certificates, and the accounts. No shell, no package manager.

The image's contract: `/opt/bin/node`; entrypoint `["/opt/bin/node"]`, command `["."]`, working directory `/usr/src/app`,
`NODE_ENV=production`, stop signal SIGTERM, user 65532 (`nonroot`, home `/home/nonroot`), a world-writable `/tmp`.
Which Node.js it is follows from the target platform, by toolchain `//toolchains/node:runtime_toolchain_type`. This module has one for linux, x86-64, glibc.

Default output: an OCI image layout directory. Output groups: `layers` (blobs and their listings), `digest`.
"""

_PASSWD = """\
root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
"""

_GROUP = """\
root:x:0:
nobody:x:65534:
nonroot:x:65532:
"""

_NSSWITCH = """\
passwd: files
group: files
hosts: files dns
"""

_NONROOT = 65532

_RUNTIME = "//toolchains/node:runtime_toolchain_type"

# A mandatory toolchain would be missed by Bazel, which does not say what there is.
_NO_NODE = """\
{label}: no registered toolchain has a Node.js for the target platform {platform}. This module brings one for linux_amd64_gnu alone: \
build for that (`platform` of the image, or --platforms), or register a node_runtime_toolchain, see \
@rules_node_image//toolchains/node:defs.bzl.\
"""

def _account_entries(ctx):
    texts = {"etc/group": _GROUP, "etc/nsswitch.conf": _NSSWITCH, "etc/passwd": _PASSWD}
    entries, files = [], []
    for path, text in texts.items():
        file = ctx.actions.declare_file("{}.{}".format(ctx.label.name, path.replace("/", ".")))
        ctx.actions.write(file, text)
        files.append(file)
        entries.append(entry(path, file = file, mode = "0644"))
    entries += [
        entry("home/nonroot", mode = "0700", uid = _NONROOT, gid = _NONROOT),
        entry("root", mode = "0700"),
        entry("tmp", mode = "1777"),
        entry("usr/src/app"),
    ]
    return entries, files

def _certificate_bundle(ctx):
    bundle = ctx.actions.declare_file(ctx.label.name + ".ca-certificates.crt")
    args = ctx.actions.args()
    args.add(bundle, format = "--output=%s")
    args.add_all(ctx.files.certificates, format_each = "--certificate=%s")
    ctx.actions.run(
        executable = ctx.executable._certificates,
        arguments = [args],
        inputs = ctx.files.certificates,
        outputs = [bundle],
        mnemonic = "CaCertificates",
    )
    return bundle

def _node_runtime_impl(ctx):
    toolchain = ctx.toolchains[_RUNTIME]
    if not toolchain:
        fail(_NO_NODE.format(label = ctx.label, platform = ctx.fragments.platform.platform))
    node = toolchain.node_runtime
    entries, files = _account_entries(ctx)
    bundle = _certificate_bundle(ctx)
    entries.append(entry("etc/ssl/certs/ca-certificates.crt", file = bundle, mode = "0644"))
    accounts = file_layer(
        ctx,
        name = "base",
        comment = "accounts, CA certificates",
        compression = ctx.attr.compression,
        inputs = files + [bundle],
        entries = entries,
    )

    executables = [entry("opt/bin/node", file = node.node, mode = "0755")]
    for f in node.files:
        executables.append(entry(f.path, file = f.file, mode = "0644" if f.path.startswith("usr/share/") else "0755"))
    runtime = file_layer(
        ctx,
        name = "node",
        comment = "Node.js {} ({})".format(node.version, node.libc),
        compression = ctx.attr.compression,
        inputs = [node.node] + [f.file for f in node.files],
        entries = executables,
    )

    return image_outputs(image(
        ctx,
        layers = [accounts, runtime],
        entrypoint = ["/opt/bin/node"],
        cmd = ["."],
        env = {
            # Node has Mozilla's authorities built in and reads no others unless it is told to.
            "NODE_EXTRA_CA_CERTS": "/etc/ssl/certs/ca-certificates.crt",
            "NODE_ENV": "production",
            "PATH": "/opt/bin",
            "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
        },
        user = str(_NONROOT),
        workdir = "/usr/src/app",
        flags = ["--stop-signal=SIGTERM"],
    ))

node_runtime = rule(
    doc = _DOC,
    implementation = _node_runtime_impl,
    cfg = platform_transition,
    attrs = IMAGE_ATTRS | FILE_LAYER_ATTRS | {
        "certificates": attr.label_list(
            allow_files = [".crt", ".pem"],
            default = ["//toolchains/debian:certificates"],
            doc = "CA certificates that become `/etc/ssl/certs/ca-certificates.crt`, which node trusts beside its own: your company's, " +
                  "instead of or after Mozilla's.",
        ),
        "compression": COMPRESSION_ATTR,
        "platform": PLATFORM_ATTR,
        "_certificates": attr.label(default = "//tools/certificates", executable = True, cfg = "exec"),
    },
    fragments = ["platform"],
    toolchains = [config_common.toolchain_type(_RUNTIME, mandatory = False)],
)
