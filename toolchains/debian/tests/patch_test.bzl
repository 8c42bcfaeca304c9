# SPDX-License-Identifier: Apache-2.0
"""How Debian's patches are applied."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//toolchains/debian/private:patch.bzl", "unified")

_MAIL = """\
From: Somebody <somebody@example>
Subject: two files

+++ is no header here
---
 a.c | 2 +-

diff --git a/dir/a.c b/dir/a.c
index 1..2 100644
--- a/dir/a.c
+++ b/dir/a.c\t2026-01-01
@@ -1,3 +1,3 @@ void f()
 one

-two
+three
@@ -9 +9 @@
-last
+latest
--- /dev/null
+++ b/new.c
@@ -0,0 +1,2 @@
+first
+second
-- 
2.21.0
"""

def _parse_test_impl(ctx):
    env = unittest.begin(ctx)
    files = unified.parse(_MAIL)
    asserts.equals(env, ["dir/a.c", "new.c"], [file.file for file in files])
    asserts.equals(env, [["one\n\ntwo\n", "one\n\nthree\n"], ["last\n", "latest\n"]], files[0].hunks)
    asserts.equals(env, [["", "first\nsecond\n"]], files[1].hunks)
    asserts.equals(env, [], unified.parse("no diff\n"))
    return unittest.end(env)

parse_test = unittest.make(_parse_test_impl)

def _apply_test_impl(ctx):
    env = unittest.begin(ctx)
    for content, hunks, want, problem in [
        ("a\nb\nc\n", [["b\n", "B\n"], ["c\n", ""]], "a\nB\n", None),
        ("", [["", "new\n"]], "new\n", None),
        ("a\n", [["b\n", "B\n"]], None, "what it replaces stands there 0 times, want once:\nb\n"),
        ("b\nb\n", [["b\n", "B\n"]], None, "what it replaces stands there 2 times, want once:\nb\n"),
    ]:
        got, got_problem = unified.apply(content, hunks)
        asserts.equals(env, want, got)
        asserts.equals(env, problem, got_problem)
    return unittest.end(env)

apply_test = unittest.make(_apply_test_impl)
