#pragma once

#include <vector>

#include "commands/record/record_commands.hpp"
#include "events/event.hpp"

namespace annals {

template <>
struct RecordRules<Pipeline> {
  static constexpr std::string_view create = "CreatePipeline";
  static constexpr std::string_view update = "UpdatePipeline";
  static constexpr std::string_view remove = "DeletePipeline";
  static constexpr std::string_view unique_field = "code";
  static constexpr std::string_view not_unique = "pipeline with this code already exists.";
  static RecordFields<Pipeline> read(BodyReader& reader, Write write);
  static FieldErrors checked(const RecordAfter<Pipeline>& after, FieldErrors errors);
  /// Deals that refer to it.
  static std::optional<Problem> keeps(const RecordState<Pipeline>& record, const State& state);
  /// Another default is none any more.
  static void go_along(PipelineId self, const RecordCreated<Pipeline>::Plain& after, const State& state,
                       std::vector<Event>& events);
};

}  // namespace annals
