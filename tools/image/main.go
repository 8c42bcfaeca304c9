// SPDX-License-Identifier: Apache-2.0

// Command image assembles an OCI image layout directory from a base, layers and settings.
package main

import "github.com/rules-node-image/rules_node_image/tools/internal/cli"

func main() { cli.Main("image", run) }
