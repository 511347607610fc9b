#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/reactors/reactor.hpp"
#include "core/time.hpp"
#include "storage/byte_store.hpp"

namespace annals {

/// On disk; never change.
enum class EffectState : std::uint8_t { waiting = 0, parked = 1, done = 2 };

/// What is known of an effect.
struct EffectRow {
  EffectState state = EffectState::waiting;
  std::uint64_t lane = 0;
  unsigned attempts = 0;
  Timestamp at{};            ///< waiting: when it is tried, or would be if it were its lane's turn; else since when
  std::string last_error{};  ///< empty: none
  bool operator==(const EffectRow&) const = default;
  static void parts(auto& self, auto&& all) { all(self.state, self.lane, self.attempts, self.at, self.last_error); }
};

/// How many there are of one reactor.
struct EffectCounts {
  std::uint64_t waiting = 0;
  std::uint64_t parked = 0;
  bool operator==(const EffectCounts&) const = default;
};

/// What one reactor has seen of one platform's log, and what it has yet to do: read from the side tables, changed in an
/// overlay over them. Of each lane's waiting effects only the first is due. One thread at a time for each reactor and
/// platform.
class EffectTable {
 public:
  EffectTable(const ViewReader& tables, ReactorId reactor, PlatformId platform)
      : tables_(tables), reactor_(reactor), platform_(platform) {}

  /// nullopt: it has never looked at this log.
  std::optional<Position> checkpoint() const;
  std::optional<EffectRow> find(const Effect& effect) const;
  /// Of one target, by position.
  std::vector<std::pair<Effect, EffectRow>> of_target(std::uint64_t target) const;
  EffectCounts count() const;

  struct Due {
    Effect effect;
    std::uint64_t lane = 0;
    Timestamp at;
  };
  /// The earliest whose lane is none of these, nor its target. Looks past a bounded number of such.
  std::optional<Due> first_due(std::span<const std::uint64_t> but_lanes,
                               std::span<const std::uint64_t> but_targets = {}) const;

 protected:
  const ViewReader& tables_;
  ReactorId reactor_;
  PlatformId platform_;
};

/// Each function leaves the tables whole. `counts` follows what is changed.
class EffectChanges : public EffectTable {
 public:
  EffectChanges(ViewOverlay& tables, ReactorId reactor, PlatformId platform, EffectCounts& counts)
      : EffectTable(tables, reactor, platform), changes_(tables), counts_(counts) {}

  void move_checkpoint(Position seen);
  /// To be done at `at`; one that is there already stays as it is.
  void add(const Effect& effect, std::uint64_t lane, Timestamp at);
  void forget(const Effect& effect);
  void forget_target(std::uint64_t target);
  /// The row as it shall be from now on, in the lane that it has; of one that was forgotten nothing is kept.
  void replace(const Effect& effect, EffectRow row);

 private:
  void put(const Effect& effect, const EffectRow& row);
  void take_out(const Effect& effect, const EffectRow& row);
  void line_up(const Effect& effect, const EffectRow& row);
  std::optional<Effect> first_of_lane(std::uint64_t lane) const;
  void count(const EffectRow& row, bool more);

  ViewOverlay& changes_;
  EffectCounts& counts_;
};

}  // namespace annals
