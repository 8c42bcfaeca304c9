# SPDX-License-Identifier: Apache-2.0
"""What a Node.js toolchain tells the rules that use it."""

NodeRuntimeInfo = provider(
    doc = "A Node.js for the target platform, as the files that an image needs to start it.",
    fields = {
        "version": "string: x.y.z.",
        "libc": "string: gnu or musl.",
        "architecture": "string: the OCI (GOARCH) name of the processor, such as amd64.",
        "node": "File: the executable; it stands at /opt/bin/node in an image.",
        "files": "list of struct(path, file): everything else that it needs to start (loader, libraries, licences), " +
                 "path relative to the image's root.",
    },
)
