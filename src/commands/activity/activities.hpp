#pragma once

#include "commands/record/record_commands.hpp"

namespace annals {

template <>
struct RecordRules<Activity> {
  static constexpr std::string_view create = "CreateActivity";
  static constexpr std::string_view update = "UpdateActivity";
  static constexpr std::string_view remove = "DeleteActivity";
  static RecordFields<Activity> read(BodyReader& reader, Write write);
  /// It is the caller's unless it says otherwise. Being done has its time, and a reminder for another time is one that
  /// is still to be sent.
  static void settle(RecordFields<Activity>& fields, const RecordState<Activity>* before, const State& state,
                     const DecisionContext& context, FieldErrors& errors);
  static FieldErrors checked(const RecordAfter<Activity>& after, FieldErrors errors);
};

}  // namespace annals
