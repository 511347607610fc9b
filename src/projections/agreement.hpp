#pragma once

#include <chrono>
#include <memory>

#include "projections/tables.hpp"
#include "storage/byte_store.hpp"

namespace annals {

/// Finds a moment in which the views hold the same commits as a platform's tables. They are ahead for the microseconds
/// between an append and its publishing; longer only while a failed store is reopened and loaded, and then, after some
/// seconds, what there is must do.
class Agreement {
 public:
  Agreement(const ByteStore& store, PlatformId platform) : store_(store), platform_(platform) {}
  /// Under the tables' lock: a snapshot of that moment, or nullptr: then let go of the lock, `pause` and try again,
  /// with the platform's tables of then, since these may have been replaced.
  std::shared_ptr<const ViewReader> views(const PlatformTables& tables);
  void pause();

 private:
  using Clock = std::chrono::steady_clock;
  const ByteStore& store_;
  const PlatformId platform_;
  int pauses_ = 0;
  Clock::time_point deadline_;
};

}  // namespace annals
