// SPDX-License-Identifier: Apache-2.0
// Signals: handlers, masks, a handler's own stack, faults, timers, leaving a handler by a jump; walking the stack.
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include "check.h"

static volatile sig_atomic_t count, value, frames;
static sigjmp_buf back;
static char stack[1 << 16];
static volatile int on_stack;

static void note(int signal, siginfo_t *info, void *context) {
  (void)context;
  ++count;
  value = info->si_value.sival_int;
  (void)signal;
}

static void fault(int signal, siginfo_t *info, void *context) {
  char here;
  (void)signal, (void)context;
  on_stack = &here >= stack && &here < stack + sizeof stack;
  value = info->si_addr == (void *)8;
  siglongjmp(back, 1);
}

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *argument) {
  (void)context, (void)argument;
  return ++frames < 100 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static void walk(void) { _Unwind_Backtrace(step, NULL); }

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
  CHECK(sigaction(signal, &action, NULL) == 0);
}

static void masks(void) {
  sigset_t set, old;
  handle(SIGUSR1, note, SA_RESTART);
  handle(SIGRTMIN, note, 0);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  CHECK(pthread_sigmask(SIG_BLOCK, &set, &old) == 0);
  CHECK(raise(SIGUSR1) == 0 && count == 0);
  CHECK(sigpending(&set) == 0 && sigismember(&set, SIGUSR1) == 1);
  CHECK(pthread_sigmask(SIG_SETMASK, &old, NULL) == 0 && count == 1);
  CHECK(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 77}) == 0);
  CHECK(count == 2 && value == 77);
}

static void faults(void) {
  stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
  CHECK(sigaltstack(&own, NULL) == 0);
  handle(SIGSEGV, fault, SA_ONSTACK);
  volatile int *volatile nowhere = (int *)8;
  if (sigsetjmp(back, 1) == 0) {
    *nowhere = 1;
    CHECK(!"reached");
  }
  CHECK(on_stack && value == 1);
}

static void timers(void) {
  handle(SIGALRM, note, 0);
  int before = count;
  struct itimerval soon = {.it_value.tv_usec = 1000};
  sigset_t none;
  sigemptyset(&none);
  CHECK(setitimer(ITIMER_REAL, &soon, NULL) == 0);
  while (count == before) usleep(1000);
  CHECK(count == before + 1);
  walk();
  CHECK(frames >= 3);
}

int main(void) {
  masks();
  faults();
  timers();
  CHECK(strcmp(strsignal(SIGTERM), "Terminated") == 0);
  return report();
}
