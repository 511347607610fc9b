#pragma once

#include "commands/record/record_commands.hpp"

namespace annals {

template <>
struct RecordRules<LeadSource> {
  static constexpr std::string_view create = "CreateLeadSource";
  static constexpr std::string_view update = "UpdateLeadSource";
  static constexpr std::string_view remove = "DeleteLeadSource";
  static constexpr std::string_view unique_field = "code";
  static constexpr std::string_view not_unique = "lead source with this code already exists.";
  static RecordFields<LeadSource> read(BodyReader& reader, Write write);
  static FieldErrors checked(const RecordAfter<LeadSource>& after, FieldErrors errors);
};

}  // namespace annals
