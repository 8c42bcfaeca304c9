// SPDX-License-Identifier: Apache-2.0
// Counts what holds; a program prints the count at its end, and fails if something did not hold.
#ifndef CHECK_H
#define CHECK_H
#include <stdio.h>

static int checks, failures;

#define CHECK(condition)                                             \
  do {                                                               \
    ++checks;                                                        \
    if (!(condition)) {                                              \
      ++failures;                                                    \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
    }                                                                \
  } while (0)

static inline int report(void) {
  printf("%d checks, %d failed\n", checks, failures);
  return failures != 0;
}
#endif
