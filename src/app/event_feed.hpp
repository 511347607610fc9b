#pragma once

#include "http/ports.hpp"
#include "projections/queries.hpp"
#include "storage/commit_log.hpp"

namespace annals {

/// Events from a log that is being written to. Thread-safe; does not own its arguments.
class LogEventFeed : public EventFeed {
 public:
  /// `queries` know the names of users and platforms.
  LogEventFeed(const CommitLog& log, const Sealer& sealer, const Queries& queries)
      : log_(log), sealer_(sealer), queries_(queries) {}
  std::expected<EventsRead, UnreadableEvent> read(PlatformId platform, const EventFilter& filter, Position after,
                                                  Position until, const EventLimits& limits) const override;

 private:
  const CommitLog& log_;
  const Sealer& sealer_;
  const Queries& queries_;
};

}  // namespace annals
