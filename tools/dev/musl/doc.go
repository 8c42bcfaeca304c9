// SPDX-License-Identifier: Apache-2.0

// Package musl tests the musl toolchain from outside: it runs what was built with it, and runs it where nothing else is.
package musl
