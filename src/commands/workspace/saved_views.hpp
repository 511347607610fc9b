#pragma once

#include "commands/record/record_commands.hpp"

namespace annals {

template <>
struct RecordRules<SavedView> {
  static constexpr std::string_view create = "CreateSavedView";
  static constexpr std::string_view update = "UpdateSavedView";
  static constexpr std::string_view remove = "DeleteSavedView";
  static RecordFields<SavedView> read(BodyReader& reader, Write write);
  /// A new one is the caller's, and stays it.
  static void settle(RecordFields<SavedView>& fields, const RecordState<SavedView>* before, const State& state,
                     const DecisionContext& context, FieldErrors& errors);
  static FieldErrors checked(const RecordAfter<SavedView>& after, FieldErrors errors);
};

}  // namespace annals
