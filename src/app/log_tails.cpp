#include "app/log_tails.hpp"

#include <algorithm>

#include "projections/records.hpp"

namespace annals {

Timestamp LogTail::next_time(Timestamp clock) const {
  if (head.position.value == 0) return clock;
  return std::max(clock, last_recorded_at + std::chrono::microseconds(1));
}

LogTail& LogTails::of(PlatformId platform) {
  const auto found = tails_.find(platform);
  if (found != tails_.end()) return found->second;
  const LogTail tail{store_.log().head(platform), last_recorded_at(store_.views().latest(), platform)};
  return tails_.emplace(platform, tail).first->second;
}

}  // namespace annals
