#pragma once

#include <functional>
#include <span>
#include <vector>

#include "events/commit.hpp"
#include "projections/rebuild.hpp"

namespace annals {

/// A part of one platform's log that begins and ends with whole commits; `until` before `from`: nothing.
struct LogStretch {
  PlatformId platform;
  Position from;
  Position until;
  std::uint64_t events() const { return until < from ? 0 : until.value - from.value + 1; }
};

/// Applies what is to be applied of one commit.
using ApplyCommit = std::function<void(const Commit& commit, ViewChanges& views)>;

/// Runs through the stretches in their order and writes what applying their commits changes. Reading, decoding,
/// applying and writing each have a thread; memory is bounded, however long the stretches are. What `progress` throws
/// ends it. Returns the number of events. Throws LogDamage, and std::runtime_error when the store refuses a write. What
/// stands before an UndecodableCommit is written first.
std::uint64_t refill(const CommitLog& log, std::span<const LogStretch> stretches, ByteStore& store,
                     const Sealer& sealer, const ApplyCommit& apply, const RebuildProgress& progress);

/// What the log has behind what the views hold: for a log that grows meanwhile, too, no commit without those of the
/// system platform that it relies on.
std::vector<LogStretch> unapplied(const CommitLog& log, const ViewReader& views);

/// Throws the std::runtime_error of a store that refuses.
void require_written(bool written);

}  // namespace annals
