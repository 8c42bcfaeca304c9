// SPDX-License-Identifier: Apache-2.0
// Threads, their own objects and the destructors of these, and stacks larger than musl's default.
#include <pthread.h>

#include <barrier>
#include <chrono>
#include <condition_variable>
#include <future>
#include <latch>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "check.h"

using namespace std::chrono_literals;

static std::mutex order_lock;
static std::string order;

struct Noted {
  const char* name;
  bool touched = false;
  ~Noted() {
    std::lock_guard hold(order_lock);
    if (touched) order += name;
  }
};

thread_local Noted first{"1"};
thread_local Noted second{"2"};

static void destructors() {
  std::thread([] { first.touched = true, second.touched = true; }).join();
  CHECK(order == "21");
  std::thread([] {
    static thread_local std::string text(1000, 'x');
    CHECK(text.size() == 1000);
  }).join();
}

static void synchronisation() {
  std::mutex lock;
  std::condition_variable turned;
  int turn = 0;
  std::thread other([&] {
    std::unique_lock hold(lock);
    turned.wait(hold, [&] { return turn == 1; });
    turn = 2;
    turned.notify_one();
  });
  {
    std::unique_lock hold(lock);
    turn = 1;
    turned.notify_one();
    CHECK(turned.wait_for(hold, 60s, [&] { return turn == 2; }));
  }
  other.join();
  std::shared_mutex shared;
  std::shared_lock reader(shared);
  CHECK(!shared.try_lock() && shared.try_lock_shared());
  shared.unlock_shared();
  std::timed_mutex timed;
  timed.lock();
  std::thread([&] { CHECK(!timed.try_lock_for(1ms)); }).join();
  timed.unlock();
  std::once_flag once;
  int called = 0;
  for (int i = 0; i < 3; i++) std::call_once(once, [&] { ++called; });
  CHECK(called == 1);
}

static void many() {
  std::latch ready(8);
  std::barrier phase(8);
  std::counting_semaphore<2> two(2);
  std::vector<std::thread> threads;
  std::mutex lock;
  int inside = 0, most = 0;
  for (int i = 0; i < 8; i++)
    threads.emplace_back([&] {
      ready.count_down();
      ready.wait();
      two.acquire();
      { std::lock_guard hold(lock); most = std::max(most, ++inside); }
      { std::lock_guard hold(lock); --inside; }
      two.release();
      phase.arrive_and_wait();
    });
  for (auto& thread : threads) thread.join();
  CHECK(most >= 1 && most <= 2);
  auto answer = std::async(std::launch::async, [] { return 42; });
  CHECK(answer.get() == 42);
  auto failed = std::async(std::launch::async, []() -> int { throw std::runtime_error("over there"); });
  try {
    failed.get();
    CHECK(!"reached");
  } catch (const std::runtime_error& error) {
    CHECK(std::string(error.what()) == "over there");
  }
}

static size_t deep(size_t left) {
  volatile char frame[1024];
  frame[0] = 1;
  return left == 0 ? frame[0] : deep(left - 1) + frame[0];
}

static void stacks() {
  pthread_attr_t attributes;
  pthread_t thread;
  void* result;
  CHECK(pthread_attr_init(&attributes) == 0);
  CHECK(pthread_attr_setstacksize(&attributes, 64 << 20) == 0);
  CHECK(pthread_create(&thread, &attributes, [](void*) { return reinterpret_cast<void*>(deep(40000)); }, nullptr) == 0);
  CHECK(pthread_join(thread, &result) == 0 && reinterpret_cast<size_t>(result) == 40001);
}

int main() {
  destructors();
  synchronisation();
  many();
  stacks();
  CHECK(std::thread::hardware_concurrency() >= 1);
  return report();
}
