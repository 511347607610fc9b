#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "core/problem.hpp"
#include "http/ports.hpp"
#include "projections/projections.hpp"
#include "storage/store.hpp"

namespace annals {

struct PastStatesOptions {
  /// For their views, in the clear nothing personal; emptied at the beginning and removed at the end.
  std::filesystem::path directory;
  std::uint64_t record_bytes_max = 0;         ///< of one, beside its tables
  std::chrono::milliseconds patience{1'000};  ///< of whoever needs one while another is being made
};

/// Platforms' records as they stood at some positions of their logs: views filled from the log up to there, and tables
/// over them. The two that were asked for last are kept; one is made at a time. Thread-safe.
class PastStates {
 public:
  /// Does not own its arguments. `readiness`: none is made while the store takes no writes.
  PastStates(Store& store, const Readiness& readiness, PastStatesOptions options);
  ~PastStates();
  PastStates(const PastStates&) = delete;
  PastStates& operator=(const PastStates&) = delete;

  /// At the end of a whole commit. When it has to be made, that takes as long as a rebuild up to there. Problems:
  /// queue_full when another is being made for longer than `patience`, store_unavailable. Throws LogDamage.
  Result<std::shared_ptr<const RecordQueries>> at(PlatformId platform, Position position);

  /// Somebody of this platform has been erased: what was made before is let go of.
  void forget(PlatformId platform);

 private:
  struct State;
  struct Turn;
  using States = std::list<std::shared_ptr<const State>>;

  std::shared_ptr<const State> find(PlatformId platform, Position position);
  States beyond_the_limit();
  static std::shared_ptr<const RecordQueries> records_of(std::shared_ptr<const State> state);
  Result<std::shared_ptr<const State>> make(PlatformId platform, Position position, std::uint64_t forgotten);
  /// These throw when the platform has been forgotten more often by now.
  std::shared_ptr<const State> filled(PlatformId platform, Position position, std::uint64_t forgotten);
  void keep(std::shared_ptr<const State> state, std::uint64_t forgotten);
  void require_not_forgotten(PlatformId platform, std::uint64_t since);  ///< under mutex_

  Store& store_;
  const Readiness& readiness_;
  const PastStatesOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  States states_;                                            ///< the one that was asked for last in front
  bool making_ = false;                                      ///< somebody has a Turn
  std::uint64_t made_ = 0;                                   ///< names their directories
  std::unordered_map<PlatformId, std::uint64_t> forgotten_;  ///< how often
  std::jthread dropping_;  ///< frees what was forgotten, which takes longer than a writer should wait
};

}  // namespace annals
