#pragma once

#include <atomic>
#include <cstdint>
#include <shared_mutex>

namespace annals {

/// A shared lock that a stream of readers cannot keep a writer from: who comes later waits behind the writer. A reader
/// takes one lock while nobody writes. For std::shared_lock and std::unique_lock.
class TurnLock {
 public:
  void lock() {
    writers_.fetch_add(1);
    held_.lock();
  }
  void unlock() {
    held_.unlock();
    if (writers_.fetch_sub(1) == 1) writers_.notify_all();
  }
  void lock_shared() {
    for (auto writers = writers_.load(); writers != 0; writers = writers_.load()) writers_.wait(writers);
    held_.lock_shared();
  }
  void unlock_shared() { held_.unlock_shared(); }

 private:
  std::atomic<std::uint32_t> writers_ = 0;  ///< that hold the lock or wait for it
  std::shared_mutex held_;
};

}  // namespace annals
