#pragma once

#include <optional>
#include <vector>

#include "commands/record/record_commands.hpp"
#include "events/event.hpp"

namespace annals {

template <>
struct RecordRules<Deal> {
  static constexpr std::string_view create = "CreateDeal";
  static constexpr std::string_view update = "UpdateDeal";
  static constexpr std::string_view remove = "DeleteDeal";
  static RecordFields<Deal> read(BodyReader& reader, Write write);
  /// Who owns it, whose it is, and where it stands; with its stage go status, closed_at and stage_since.
  static void settle(RecordFields<Deal>& fields, const RecordState<Deal>* before, const State& state,
                     const DecisionContext& context, FieldErrors& errors);
  static FieldErrors checked(const RecordAfter<Deal>& after, FieldErrors errors);
  /// A move into another stage is a DealStageChanged, and leaves a note.
  static void tell_apart(RecordUpdated<Deal>& updated, const RecordState<Deal>& before, const State& state,
                         const DecisionContext& context, std::vector<Event>& events);
};

/// Of a record that deals refer to: it is not deleted while they do.
std::optional<Problem> kept_by_deals(const State& state, const Reference& to);

}  // namespace annals
