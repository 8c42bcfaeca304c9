// SPDX-License-Identifier: Apache-2.0
// A library that the program needs: its objects come first.
#include "sequence.h"

std::string& sequence() {
  static std::string order;
  return order;
}

namespace {
struct Noted {
  Noted() { sequence() += "library "; }
} noted;
__attribute__((constructor)) void function() { sequence() += "library-function "; }
}  // namespace
