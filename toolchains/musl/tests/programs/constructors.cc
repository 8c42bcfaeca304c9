// SPDX-License-Identifier: Apache-2.0
// The order in which objects of a program and its library are made, and the reverse at the end, which the output shows.
#include <cstdlib>
#include <string>

#include "check.h"
#include "sequence.h"

namespace {
struct Noted {
  explicit Noted(const char* name) : name(name) { sequence() += name; }
  ~Noted() { std::printf("end of %s\n", name); }
  const char* name;
};
__attribute__((init_priority(300))) Noted late("late ");
__attribute__((init_priority(200))) Noted early("early ");
Noted usual("usual ");
}  // namespace

int main() {
  static Noted inside("inside ");
  std::atexit([] { std::puts("at exit"); });
  std::string order = sequence();
  auto position = [&](const char* name) { return order.find(name); };
  CHECK(position("early ") < position("late ") && position("late ") < position("usual "));
  CHECK(position("library ") != std::string::npos && position("library-function ") != std::string::npos);
  CHECK(position("usual ") < position("inside "));
  return report();
}
