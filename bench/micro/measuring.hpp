#pragma once

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "projections/turn_lock.hpp"

/// What the programs that measure parts of the server share.
namespace annals::bench {

using Clock = std::chrono::steady_clock;

struct Figure {
  std::string name;
  double ns = 0;
};

inline std::uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t pages = 0;
  statm >> pages >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// Median nanoseconds of one call, over calls that take half a second together or at least five.
inline double time_of(const std::function<void()>& call) {
  std::vector<double> took;
  const auto begun = Clock::now();
  while (took.size() < 5 || (Clock::now() - begun < std::chrono::milliseconds(400) && took.size() < 20'000)) {
    const auto start = Clock::now();
    call();
    took.push_back(std::chrono::duration<double, std::nano>(Clock::now() - start).count());
  }
  std::nth_element(took.begin(), took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2), took.end());
  return took[took.size() / 2];
}

/// How long a writer waits for a lock while `call` is made again and again: nanoseconds, ascending.
inline std::vector<double> waits_beside(TurnLock& asked_for, const std::function<void()>& call) {
  std::vector<double> waited;
  std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      const auto asked = Clock::now();
      const std::unique_lock lock(asked_for);
      waited.push_back(std::chrono::duration<double, std::nano>(Clock::now() - asked).count());
    }
  });
  time_of(call);
  writer.request_stop();
  writer.join();
  std::sort(waited.begin(), waited.end());
  return waited;
}

}  // namespace annals::bench
