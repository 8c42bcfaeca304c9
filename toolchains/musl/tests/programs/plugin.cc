// SPDX-License-Identifier: Apache-2.0
// A shared object with C++ inside, for dlopen: it has its own objects to construct and to destroy, and threads of its own.
#include "plugin.h"

#include <future>
#include <map>
#include <sstream>
#include <stdexcept>

namespace {
std::map<std::string, int> greeted = {{"nobody", 0}};
thread_local std::string last = "none";

struct Greeter : Plugin {
  std::string greet(const std::string& name) override {
    std::ostringstream out;
    out << "hello " << name << ", " << ++greeted[name] << ". time, after " << last;
    last = name;
    return out.str();
  }
  void fail(const std::string& why) override {
    try {
      std::async(std::launch::async, [&] { throw std::runtime_error(why); }).get();
    } catch (const std::exception& inner) {
      throw std::runtime_error("plugin: " + std::string(inner.what()));
    }
  }
};

struct Farewell {
  ~Farewell() {
    if (at_exit) at_exit();
  }
  void (*at_exit)() = nullptr;
} farewell;
}  // namespace

extern "C" Plugin* make_plugin() { return new Greeter; }
extern "C" void say_when_destroyed(void (*at_exit)()) { farewell.at_exit = at_exit; }
