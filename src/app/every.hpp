#pragma once

#include <chrono>
#include <functional>
#include <string_view>
#include <thread>

namespace annals {

/// Does something again and again on a thread of its own: at once, then `interval` after each time it ended. What it
/// throws is logged, and it is tried again.
class Every {
 public:
  void start(std::string_view what, std::chrono::milliseconds interval, std::function<void()> action);
  void stop();  ///< returns when a running action has ended

 private:
  std::jthread thread_;
};

}  // namespace annals
