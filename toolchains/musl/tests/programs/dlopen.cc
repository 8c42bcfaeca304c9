// SPDX-License-Identifier: Apache-2.0
// A program that loads a shared object with C++ inside at run time, as Node.js does with native addons. argv[1] is the object.
#include <dlfcn.h>

#include <stdexcept>
#include <thread>

#include "check.h"
#include "plugin.h"

static bool destroyed = false;

static void use(MakePlugin make) {
  std::unique_ptr<Plugin> plugin(make());
  CHECK(plugin->greet("you") == "hello you, 1. time, after none");
  CHECK(plugin->greet("you") == "hello you, 2. time, after you");
  std::thread([&] { CHECK(plugin->greet("me") == "hello me, 1. time, after none"); }).join();
  try {
    plugin->fail("on purpose");
    CHECK(!"reached");
  } catch (const std::runtime_error& error) {
    CHECK(std::string(error.what()) == "plugin: on purpose");
  }
}

int main(int argc, char** argv) {
  CHECK(argc == 2);
  void* object = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!object) {
    std::puts(dlerror());
    return 1;
  }
  auto make = reinterpret_cast<MakePlugin>(dlsym(object, "make_plugin"));
  auto notify = reinterpret_cast<void (*)(void (*)())>(dlsym(object, "say_when_destroyed"));
  CHECK(make && notify);
  CHECK(!dlsym(object, "no_such_symbol") && dlerror());
  use(make);
  notify([] { destroyed = true; });
  Dl_info info;
  CHECK(dladdr(reinterpret_cast<void*>(make), &info) && std::string(info.dli_fname) == argv[1]);
  CHECK(dlclose(object) == 0);
  // musl keeps an object until the end of the program.
  CHECK(!destroyed);
  CHECK(!dlopen("libdoes-not-exist.so", RTLD_NOW) && dlerror());
  return report();
}
