#pragma once

#include "commands/deciding.hpp"
#include "commands/record/record_commands.hpp"

namespace annals {

template <>
struct RecordRules<Favorite> {
  static constexpr std::string_view create = "AddFavorite";
  static constexpr std::string_view remove = "RemoveFavorite";
  static constexpr std::string_view unique_field = "non_field_errors";
  static constexpr std::string_view not_unique = "This is a favorite already.";
  static RecordFields<Favorite> read(BodyReader& reader, Write write);
  /// It is the caller's, who may read what it marks: what may not be read is not there.
  static void settle(RecordFields<Favorite>& fields, const RecordState<Favorite>* before, const State& state,
                     const DecisionContext& context, FieldErrors& errors);
  static FieldErrors checked(const RecordAfter<Favorite>& after, FieldErrors errors);
};

/// What is the caller's favorite already is shown, and nothing happens.
Result<Decision> decide(const CreateRecord<Favorite>& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
