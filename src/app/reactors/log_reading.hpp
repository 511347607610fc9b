#pragma once

#include <optional>
#include <span>
#include <vector>

#include "app/log_growth.hpp"
#include "storage/commit_log.hpp"

namespace annals {

/// One platform's log as all reactors look at it, one after the other: what several have yet to see is read and decoded
/// once, without any key. For one round of looking, on one thread. Does not own the log.
class LogReading {
 public:
  /// `growth`: what is known of the log's end; nullopt: nothing. `commits_max`: that are looked at together.
  LogReading(const CommitLog& log, PlatformId platform, const std::optional<LogGrowth>& growth, std::size_t commits_max)
      : log_(log),
        platform_(platform),
        growth_(growth),
        commits_max_(commits_max),
        head_(growth ? growth->last : log.head(platform).position) {}

  PlatformId platform() const { return platform_; }
  Position head() const { return head_; }  ///< where the round ends
  /// Whether an event of such a kind may stand from there on to the round's end; without reading.
  bool may_hold(const EventKinds& kinds, Position from) const {
    return !growth_ || from < growth_->first || (growth_->kinds & kinds).any();
  }
  /// The next commits up to the round's end, from the one that holds `from`; until the next call. Throws LogDamage,
  /// DecodeError.
  std::span<const Commit> next(Position from);

 private:
  std::vector<Commit> read(Position from) const;

  const CommitLog& log_;
  const PlatformId platform_;
  const std::optional<LogGrowth> growth_;
  const std::size_t commits_max_;
  const Position head_;
  std::optional<Position> read_from_;
  std::vector<Commit> commits_;
};

}  // namespace annals
