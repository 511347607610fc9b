#pragma once

#include <mutex>
#include <shared_mutex>

namespace annals {

/// A shared lock that a stream of readers cannot keep a writer from: who comes later waits behind the writer. For
/// std::shared_lock and std::unique_lock.
class TurnLock {
 public:
  void lock() {
    turn_.lock();
    held_.lock();
  }
  void unlock() {
    held_.unlock();
    turn_.unlock();
  }
  void lock_shared() {
    const std::scoped_lock turn(turn_);
    held_.lock_shared();
  }
  void unlock_shared() { held_.unlock_shared(); }

 private:
  std::mutex turn_;
  std::shared_mutex held_;
};

}  // namespace annals
