// SPDX-License-Identifier: Apache-2.0
// Atomics of every size, the largest by way of libatomic; waiting on them.
#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "check.h"

template <typename T>
static T added_by_threads() {
  std::atomic<T> sum{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++)
    threads.emplace_back([&] {
      for (int j = 0; j < 1000; j++) sum.fetch_add(1, std::memory_order_relaxed);
    });
  for (auto& thread : threads) thread.join();
  return sum;
}

struct Pair {
  uint64_t a, b;
  bool operator==(const Pair&) const = default;
};

struct Large {
  char bytes[64];
};

int main() {
  CHECK(added_by_threads<uint16_t>() == 4000 && added_by_threads<uint32_t>() == 4000 && added_by_threads<uint64_t>() == 4000);
  CHECK(static_cast<unsigned>(added_by_threads<unsigned __int128>()) == 4000);
  std::atomic<Pair> pair{{1, 2}};
  Pair expected{1, 2};
  CHECK(pair.compare_exchange_strong(expected, {3, 4}) && pair.load() == (Pair{3, 4}));
  std::atomic<Large> large{Large{"text"}};
  CHECK(large.load().bytes[0] == 't' && !large.is_lock_free());
  CHECK(std::atomic<uint64_t>{}.is_lock_free() && std::atomic<void*>::is_always_lock_free);
  int plain = 0;
  std::atomic_ref(plain).fetch_or(6);
  CHECK(plain == 6);
  std::atomic<double> real{1.5};
  CHECK(real.fetch_add(2) == 1.5 && real == 3.5);
  std::atomic<int> gate{0};
  std::thread opener([&] {
    gate = 1;
    gate.notify_all();
  });
  gate.wait(0);
  opener.join();
  CHECK(gate == 1);
  auto shared = std::make_shared<int>(5);
  std::thread([copy = shared] { CHECK(*copy == 5); }).join();
  CHECK(shared.use_count() == 1);
  std::atomic_flag flag;
  CHECK(!flag.test_and_set() && flag.test());
  return report();
}
