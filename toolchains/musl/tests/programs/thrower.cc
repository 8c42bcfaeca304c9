// SPDX-License-Identifier: Apache-2.0
#include "thrower.h"

Problem::~Problem() = default;

namespace {
int count = 0;
struct Guard {
  ~Guard() { ++count; }
};
}  // namespace

void throw_problem(const std::string& what) { throw Problem(what); }
void throw_standard() { throw std::out_of_range("beyond"); }
void throw_plain(int value) { throw Plain{value}; }
void throw_integer(int value) { throw value; }

int call_through(const std::function<void()>& callback) {
  Guard guard;
  try {
    callback();
    return 0;
  } catch (const std::invalid_argument&) {
    return 1;
  }
}

int destroyed() { return count; }

std::exception_ptr capture() {
  try {
    throw Problem("kept");
  } catch (...) {
    return std::current_exception();
  }
}
