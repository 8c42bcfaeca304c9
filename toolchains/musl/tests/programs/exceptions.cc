// SPDX-License-Identifier: Apache-2.0
// Exceptions within a program and across the boundary of a library, both ways.
#include <any>
#include <exception>
#include <new>
#include <typeinfo>
#include <variant>
#include <vector>

#include "check.h"
#include "thrower.h"

template <typename Caught, typename Body>
bool throws(Body body) {
  try {
    body();
  } catch (const Caught&) {
    return std::uncaught_exceptions() == 0;
  } catch (...) {
  }
  return false;
}

struct Base {
  virtual ~Base() = default;
};
struct Left : virtual Base {};
struct Right : virtual Base {};
struct Both : Left, Right {};

static void inside() {
  CHECK(throws<std::bad_alloc>([] { (void)operator new(~size_t{0} / 2); }));
  CHECK(throws<std::bad_variant_access>([] { std::get<int>(std::variant<int, float>(1.0f)); }));
  CHECK(throws<std::bad_any_cast>([] { std::any_cast<int>(std::any(1.0)); }));
  CHECK(throws<std::out_of_range>([] { std::vector<int>().at(1); }));
  CHECK(throws<Base>([] { throw Both(); }));
  Both both;
  Base& base = both;
  CHECK(dynamic_cast<Right*>(&base) == &both && dynamic_cast<Both*>(&base) == &both);
  CHECK(throws<std::bad_cast>([] {
    Base plain;
    (void)dynamic_cast<Left&>(plain);
  }));
  try {
    try {
      throw std::runtime_error("inner");
    } catch (...) {
      std::throw_with_nested(std::logic_error("outer"));
    }
  } catch (const std::exception& outer) {
    CHECK(throws<std::runtime_error>([&] { std::rethrow_if_nested(outer); }));
  }
}

static void across() {
  CHECK(throws<Problem>([] { throw_problem("mine"); }));
  CHECK(throws<std::runtime_error>([] { throw_problem("by its base"); }));
  CHECK(throws<std::exception>([] { throw_problem("by its base's base"); }));
  CHECK(throws<std::out_of_range>([] { throw_standard(); }));
  CHECK(throws<Plain>([] { throw_plain(3); }));
  CHECK(throws<int>([] { throw_integer(3); }));
  CHECK(throws<Problem>([] { std::rethrow_exception(capture()); }));
  try {
    throw_problem("said");
  } catch (const std::exception& problem) {
    CHECK(std::string(problem.what()) == "said");
    CHECK(typeid(problem) == typeid(Problem));
  }
  CHECK(call_through([] { throw std::invalid_argument("caught there"); }) == 1);
  CHECK(throws<Plain>([] { call_through([] { throw Plain{4}; }); }));
  CHECK(destroyed() == 2);
  CHECK(std::uncaught_exceptions() == 0);
}

int main() {
  inside();
  across();
  return report();
}
