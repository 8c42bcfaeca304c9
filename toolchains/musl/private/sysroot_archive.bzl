# SPDX-License-Identifier: Apache-2.0
"""sysroot_archive: a sysroot to take elsewhere."""

load("//toolchains/musl:providers.bzl", "MuslSysrootInfo")
load("//toolchains/musl:versions.bzl", "LINUX", "LLVM", "MUSL")

# What a sysroot is made of: name -> (version, licence, where it was taken from).
_PARTS = {
    "clang-headers": (LLVM, "Apache-2.0 WITH LLVM-exception", "Debian package libclang-common-19-dev"),
    "compiler-rt": (LLVM, "Apache-2.0 WITH LLVM-exception", "Debian source package llvm-toolchain-19"),
    "libcxx": (LLVM, "Apache-2.0 WITH LLVM-exception", "Debian source package llvm-toolchain-19"),
    "libcxxabi": (LLVM, "Apache-2.0 WITH LLVM-exception", "Debian source package llvm-toolchain-19"),
    "libunwind": (LLVM, "Apache-2.0 WITH LLVM-exception", "Debian source package llvm-toolchain-19"),
    "linux-headers": (LINUX, "GPL-2.0-only WITH Linux-syscall-note", "Debian package linux-libc-dev"),
    "musl": (MUSL, "MIT", "Debian source package musl, with Debian's patches"),
}

def _bill(name):
    """Returns the SPDX 2.3 document of a sysroot, see https://spdx.github.io/spdx-spec/v2.3. It has no time: it would never be the same."""
    return json.encode_indent({
        "SPDXID": "SPDXRef-DOCUMENT",
        "creationInfo": {"created": "1970-01-01T00:00:00Z", "creators": ["Tool: rules_node_image"]},
        "dataLicense": "CC0-1.0",
        "documentNamespace": "https://github.com/rules-node-image/rules_node_image/spdx/" + name,
        "name": name,
        "packages": [
            {
                "SPDXID": "SPDXRef-" + part,
                "copyrightText": "NOASSERTION",
                "downloadLocation": "NOASSERTION",
                "filesAnalyzed": False,
                "licenseConcluded": licence,
                "licenseDeclared": licence,
                "name": part,
                "sourceInfo": source,
                "versionInfo": version,
            }
            for part, (version, licence, source) in _PARTS.items()
        ],
        "relationships": [
            {
                "relatedSpdxElement": "SPDXRef-" + part,
                "relationshipType": "DESCRIBES",
                "spdxElementId": "SPDXRef-DOCUMENT",
            }
            for part in _PARTS
        ],
        "spdxVersion": "SPDX-2.3",
    }, indent = "  ") + "\n"

def _sysroot_archive_impl(ctx):
    sysroot = ctx.attr.sysroot[MuslSysrootInfo]
    name = "sysroot-{}-{}-{}".format(sysroot.triple, MUSL, LLVM)
    bill = ctx.actions.declare_file(ctx.label.name + ".spdx.json")
    ctx.actions.write(bill, _bill(name))
    output = ctx.actions.declare_file(ctx.label.name + ".tar.zst")
    args = ctx.actions.args()
    args.add("--tree", sysroot.complete.path)
    args.add("--bill", bill)
    args.add("--out", output)
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [sysroot.complete, bill],
        outputs = [output],
        mnemonic = "MuslSysrootArchive",
    )
    return [DefaultInfo(files = depset([output, bill]))]

sysroot_archive = rule(
    doc = "A `.tar.zst` of a sysroot, and beside and in it, as `sysroot.spdx.json`, the list of what it is made of with the licences.",
    implementation = _sysroot_archive_impl,
    attrs = {
        "sysroot": attr.label(mandatory = True, cfg = "exec", providers = [MuslSysrootInfo], doc = "The sysroot."),
        "_tool": attr.label(default = "//tools/sysroot_archive", executable = True, cfg = "exec"),
    },
)
