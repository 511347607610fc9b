#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "app/committer.hpp"
#include "core/clock.hpp"
#include "http/metrics.hpp"
#include "http/ports.hpp"
#include "projections/projections.hpp"
#include "storage/store.hpp"

namespace annals {

/// Rebuilds the views while the server serves: new ones are filled from the log beside the live ones, with tables over
/// them, follow what is committed meanwhile, and take their place between two groups of the committer. Whatever ends it
/// before leaves the live ones as they are. Thread-safe.
class LiveRebuild : public Rebuilds {
 public:
  /// Does not own its arguments. `record_bytes_max`: as the live tables have it.
  LiveRebuild(Store& store, LiveProjections& live, Committer& committer, http::Metrics& metrics,
              std::uint64_t record_bytes_max);
  ~LiveRebuild() override;

  std::expected<RebuildState, RebuildState> start() override;
  RebuildState state() const override;
  /// Breaks a running one off and waits for its end; none begins any more.
  void stop();

 private:
  void run(const std::stop_token& stop);
  void fill_and_swap(const std::stop_token& stop);
  void swap(ByteStore& views, LiveProjections& tables);
  void say(const ByteStore& views, std::uint64_t done, std::uint64_t of);
  std::vector<RebuildState::Reached> reached_in(const ByteStore& views) const;
  void failed(RebuildState::Failure failure);
  void ended(RebuildState::Phase phase);

  Store& store_;
  LiveProjections& live_;
  Committer& committer_;
  http::Metrics& metrics_;
  const std::uint64_t record_bytes_max_;

  mutable std::mutex mutex_;
  RebuildState state_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point reached_at_;  ///< when the positions were looked up; of the rebuild's thread
  std::jthread thread_;
};

}  // namespace annals
