#include "app/every.hpp"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

namespace annals {

void Every::start(std::string_view what, std::chrono::milliseconds interval, std::function<void()> action) {
  thread_ =
      std::jthread([what = std::string(what), interval, action = std::move(action)](const std::stop_token& stopping) {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any asleep;
        while (!stopping.stop_requested()) {
          try {
            action();
          } catch (const std::exception& error) {
            spdlog::warn("{} failed, trying again: {}", what, error.what());
          }
          asleep.wait_for(lock, stopping, interval, [] { return false; });
        }
      });
}

void Every::stop() {
  thread_ = {};
}

}  // namespace annals
