// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

struct Plugin {
  virtual ~Plugin() = default;
  virtual std::string greet(const std::string& name) = 0;
  virtual void fail(const std::string& why) = 0;
};

using MakePlugin = Plugin* (*)();
