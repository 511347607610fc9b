#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
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

/// How those that are due stand in the store.
enum class DueOrder {
  by_time,    ///< the earliest first
  by_target,  ///< each target's by themselves: the many of one that must wait are passed over at once
};

/// What one reactor has seen of one platform's log, and what it has yet to do: read from the side tables, changed in an
/// overlay over them. Of each lane's waiting effects only the first is due. One thread at a time for each reactor and
/// platform.
class EffectTable {
 public:
  EffectTable(const ViewReader& tables, ReactorId reactor, PlatformId platform, DueOrder order = DueOrder::by_time)
      : tables_(tables), reactor_(reactor), platform_(platform), order_(order) {}

  /// nullopt: it has never looked at this log.
  std::optional<Position> checkpoint() const;
  std::optional<EffectRow> find(const Effect& effect) const;
  /// Of one target, by position.
  std::vector<std::pair<Effect, EffectRow>> of_target(std::uint64_t target) const;
  /// The same, the newest event first, `most` at most.
  std::vector<std::pair<Effect, EffectRow>> newest_of_target(std::uint64_t target, std::size_t most) const;
  EffectCounts count() const;

  struct Due {
    Effect effect;
    std::uint64_t lane = 0;
    Timestamp at;
  };
  /// What an entry among those that are due says.
  Due due_at(std::string_view key, std::string_view plain) const;
  /// The earliest whose lane is none of these, nor, by target, its target.
  std::optional<Due> first_due(std::span<const std::uint64_t> but_lanes,
                               std::span<const std::uint64_t> but_targets = {}) const;

 protected:
  ViewId due_view() const;
  std::string due_key(Timestamp at, const Effect& effect) const;
  std::optional<Due> first_due_below(std::string_view prefix, std::span<const std::uint64_t> but_lanes) const;
  /// At or behind this one.
  std::optional<std::uint64_t> next_due_target(std::uint64_t from) const;

  const ViewReader& tables_;
  ReactorId reactor_;
  PlatformId platform_;
  DueOrder order_;
};

/// Each function leaves the tables whole. `counts` follows what is changed.
class EffectChanges : public EffectTable {
 public:
  EffectChanges(ViewOverlay& tables, ReactorId reactor, PlatformId platform, DueOrder order, EffectCounts& counts)
      : EffectTable(tables, reactor, platform, order), changes_(tables), counts_(counts) {}

  void move_checkpoint(Position seen);
  /// To be done at `at`; one that is there already stays as it is.
  void add(const Effect& effect, std::uint64_t lane, Timestamp at);
  void forget(const Effect& effect);
  void forget_target(std::uint64_t target);
  /// The row as it shall be from now on, in the lane that it has; of one that was forgotten nothing is kept.
  void replace(const Effect& effect, EffectRow row);
  /// Brings some of those that stand by time, as all did once, to where they stand by target. False: there are none.
  bool move_due_by_target();

 private:
  void put(const Effect& effect, const EffectRow& row);
  void take_out(const Effect& effect, const EffectRow& row);
  void line_up(const Effect& effect, const EffectRow& row);
  /// The first that waits there, from a place on or from the end.
  std::optional<Effect> in_lane(std::uint64_t lane, std::string_view start, ScanOrder order) const;
  void count(const EffectRow& row, bool more);

  ViewOverlay& changes_;
  EffectCounts& counts_;
};

}  // namespace annals
