// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <stdexcept>
#include <string>

struct Problem : std::runtime_error {
  explicit Problem(const std::string& what) : std::runtime_error(what) {}
  ~Problem() override;
};

struct Plain {
  int value;
};

void throw_problem(const std::string& what);
void throw_standard();
void throw_plain(int value);
void throw_integer(int value);
// Calls back through this library's frames, and counts the objects that unwinding destroys there.
int call_through(const std::function<void()>& callback);
int destroyed();
std::exception_ptr capture();
