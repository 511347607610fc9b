#pragma once

#include <cstddef>

#include "commands/fields/body_reader.hpp"
#include "commands/record/record_commands.hpp"

namespace annals {

inline constexpr std::size_t kNameCodePointsMax = 255;

/// `name`, `code` and `metadata`.
template <class Kind>
void read_named_texts(RecordFields<Kind>& fields, BodyReader& reader, Write write,
                      std::size_t name_code_points_max = kNameCodePointsMax) {
  constexpr std::size_t kCodeCodePointsMax = 64;
  const auto need = write == Write::replace ? Need::required : Need::optional;
  fields.texts.title = reader.text("name", {need, false, name_code_points_max});
  fields.texts.code = reader.slug("code", need, kCodeCodePointsMax);
  fields.texts.metadata = reader.json("metadata");
  if (write == Write::replace && !fields.texts.metadata) fields.texts.metadata = JsonText{"{}"};
}

}  // namespace annals
