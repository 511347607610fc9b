#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "projections/history/record_history.hpp"
#include "projections/history/scratch_changes.hpp"
#include "projections/history/stream_reading.hpp"

namespace annals {

/// Where the events of a record's own stream are, in their order; empty: there never was such a record.
std::vector<Position> positions_of(const HistoryContext& context, PersonId id);
std::vector<Position> positions_of(const HistoryContext& context, OrganizationId id);
std::vector<Position> positions_of(const HistoryContext& context, DealId id);
/// Where whatever the host shows of its tags comes from, in no order.
std::vector<Position> tag_positions_of(const HistoryContext& context, const TagHost& host);

/// Persons, organizations and deals as some of their events leave them. All of it throws LogDamage.
class RecordReplay {
 public:
  explicit RecordReplay(const HistoryContext& context)
      : context_(context), reader_(context.log, context.sealer, context.platform) {}

  /// Lives until the next is looked at.
  struct Applied {
    const Commit& commit;
    std::size_t index;
    const RecordedEvent& event() const { return commit.events[index]; }
  };
  Applied look_at(Position position);
  Applied apply(Position position);
  template <class Id>
  void apply_until(Id id, Position until) {
    for (const auto position : positions_of(context_, id)) {
      if (position > until) return;
      apply(position);
    }
  }
  /// With its tags.
  template <class Id>
  void apply_with_tags_until(Id id, Position until) {
    const auto own = positions_of(context_, id);
    const auto of_tags = tag_positions_of(context_, id);
    std::set<Position> all(own.begin(), own.end());
    all.insert(of_tags.begin(), of_tags.end());
    for (const auto position : all) {
      if (position > until) return;
      apply(position);
    }
  }
  const ViewReader& views() const { return views_; }

 private:
  template <class Handler>
  void apply_by(const RecordedEvent& recorded, Position position);

  const HistoryContext& context_;
  EventReader reader_;
  ScratchChanges views_;
};

}  // namespace annals
