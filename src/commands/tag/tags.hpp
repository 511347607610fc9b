#pragma once

#include "commands/record/record_commands.hpp"

namespace annals {

template <>
struct RecordRules<Tag> {
  static constexpr std::string_view create = "CreateTag";
  static constexpr std::string_view update = "UpdateTag";
  static constexpr std::string_view remove = "DeleteTag";
  static constexpr std::string_view unique_field = "name";
  static constexpr std::string_view not_unique = "tag with this name already exists.";
  static RecordFields<Tag> read(BodyReader& reader, Write write);
  static FieldErrors checked(const RecordAfter<Tag>& after, FieldErrors errors);
};

}  // namespace annals
