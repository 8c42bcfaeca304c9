// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

// What was constructed so far, in order.
std::string& sequence();
