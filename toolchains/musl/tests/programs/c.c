// SPDX-License-Identifier: Apache-2.0
// The C library: text, numbers, memory, sorting, time, environment, character sets, and arithmetic that the compiler calls for.
#include <complex.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <limits.h>
#include <linux/version.h>
#include <locale.h>
#include <math.h>
#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "check.h"

static int ascending(const void *a, const void *b) { return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b); }

static void text(void) {
  char buffer[64];
  CHECK(snprintf(buffer, sizeof buffer, "%5.2f|%-4d|%zu|%#x|%a", 3.14159, 7, (size_t)SIZE_MAX, 255u, 1.0) > 0);
  CHECK(strcmp(buffer, " 3.14|7   |18446744073709551615|0xff|0x1p+0") == 0);
  CHECK(strtod("0x1.8p1", NULL) == 3.0);
  CHECK(strtoll("-9223372036854775808", NULL, 10) == LLONG_MIN);
  regex_t expression;
  CHECK(regcomp(&expression, "^(a+)b$", REG_EXTENDED) == 0);
  CHECK(regexec(&expression, "aaab", 0, NULL, 0) == 0);
  CHECK(regexec(&expression, "aaac", 0, NULL, 0) == REG_NOMATCH);
  regfree(&expression);
}

static void characters(void) {
  CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL);
  wchar_t wide[8];
  CHECK(mbstowcs(wide, "gr\xc3\xb6\xc3\x9f" "e", 8) == 5 && wide[2] == 0xf6);
  // CVE-2025-26519: this input has no meaning in EUC-KR.
  iconv_t converter = iconv_open("UTF-8", "EUC-KR");
  CHECK(converter != (iconv_t)-1);
  char source[] = "\xc8\x41", target[16], *in = source, *out = target;
  size_t in_left = 2, out_left = sizeof target;
  errno = 0;
  CHECK(iconv(converter, &in, &in_left, &out, &out_left) == (size_t)-1 && errno == EILSEQ);
  CHECK(out_left == sizeof target);
  iconv_close(converter);
}

static void numbers(void) {
  volatile __int128 big = ((__int128)1 << 100) + 12345;
  CHECK((int)(big % 1000) == 721);
  CHECK((uint64_t)(big / ((__int128)1 << 90)) == 1024);
  volatile double complex z = 1 + 2 * I, w = 3 - I;
  CHECK(z * w == 5 + 5 * I);
  volatile long double long_one = 1;
  CHECK(sqrtl(long_one * 2) > 1.41421356L && sqrtl(long_one * 2) < 1.41421357L);
  CHECK((unsigned long long)(long_one * 1e18L) == 1000000000000000000ULL);
  volatile _Float16 half = 1.5;
  CHECK((float)half * 2 == 3.0f);
  CHECK(isnan(fmod(1, 0)) && fma(2, 3, 4) == 10);
}

static void memory(void) {
  enum { count = 100000 };
  int *values = malloc(count * sizeof *values);
  for (int i = 0; i < count; i++) values[i] = (int)((i * 2654435761u) >> 1);
  qsort(values, count, sizeof *values, ascending);
  int sorted = 1;
  for (int i = 1; i < count; i++) sorted &= values[i - 1] <= values[i];
  CHECK(sorted);
  CHECK((values = realloc(values, 64 << 20)) != NULL);
  free(values);
  void *aligned;
  CHECK(posix_memalign(&aligned, 4096, 100) == 0 && (uintptr_t)aligned % 4096 == 0);
  free(aligned);
  char *page = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(page != MAP_FAILED && page[12345] == 0);
  CHECK(munmap(page, 1 << 20) == 0);
}

static void system_calls(void) {
  struct tm parts = {.tm_year = 124, .tm_mon = 1, .tm_mday = 29};
  CHECK(timegm(&parts) == 1709164800 && parts.tm_wday == 4);
  CHECK(setenv("MATRIX", "set", 1) == 0 && strcmp(getenv("MATRIX"), "set") == 0);
  int ends[2], status;
  CHECK(pipe2(ends, O_CLOEXEC) == 0);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) _exit(write(ends[1], "x", 1) == 1 ? 7 : 1);
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
  char byte;
  CHECK(read(ends[0], &byte, 1) == 1 && byte == 'x');
  CHECK(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0));
}

int main(void) {
  text();
  characters();
  numbers();
  memory();
  system_calls();
  return report();
}
