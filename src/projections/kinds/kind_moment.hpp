#pragma once

#include <shared_mutex>
#include <utility>

#include "projections/lists.hpp"
#include "projections/queries.hpp"

namespace annals {

inline ListContext context_of(const RecordReading& reading) {
  return {reading.platform, *reading.live.digester, *reading.live.store, reading.live.tables};
}

/// What `read(reading)` gives of what is in memory, and of views that agree with it, at the reading's moment: of now,
/// or of a past. A past that was now when the reading began is read from the past itself when a write came in between.
template <class Read>
auto read_then(const RecordReading& reading, const Read& read) -> decltype(read(reading)) {
  auto found = read(reading);
  if (!reading.until) return found;
  {
    const auto tables = reading.live.tables();
    const std::shared_lock lock(tables->lock);
    if (tables->applied == *reading.until) return found;
  }
  const auto then = reading.then();
  if (!then) return std::unexpected(then.error());
  auto past = (*then)->reading(reading.platform);
  if (!past) return std::unexpected(past.error());
  past->now = reading.now;
  return read(*past);
}

}  // namespace annals
