#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "commands/state.hpp"
#include "core/ids.hpp"
#include "events/person_events.hpp"

namespace annals {

/// A kind of record that points at persons and follows a duplicate to the primary it is merged into. A new kind takes
/// its seat in person_relations(); merging knows none by name.
class Relation {
 public:
  virtual ~Relation() = default;
  virtual std::string_view name() const = 0;  ///< as answers name it: `deals`
  /// The duplicate's records: those that move to the primary, and those that are dropped because the primary has the
  /// same already, by itself or from `moved_before`: what this merge moved from the duplicates before this one.
  virtual MovedRecords moved(const State& state, PersonId duplicate, PersonId primary,
                             std::span<const MovedRecords> moved_before) const = 0;
  /// What the answer counts of them.
  virtual std::uint64_t count(const MovedRecords& records) const {
    return records.moved.size() + records.dropped.size();
  }
  /// When the merge is taken back: which of the records it moved or dropped stand as it left them and go back to the
  /// duplicate, and which have changed since and stay.
  virtual ReturnedRecords returned(const State& state, PersonId duplicate, PersonId primary,
                                   const MovedRecords& records) const = 0;
};

using Relations = std::span<const Relation* const>;

/// In the order in which events list them.
Relations person_relations();

}  // namespace annals
