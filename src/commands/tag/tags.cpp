#include "commands/tag/tags.hpp"

#include "commands/record/record_deciding.hpp"

namespace annals {
namespace {

constexpr std::size_t kTagNameCodePointsMax = 64;
constexpr const char* kGrey = "#888888";

}  // namespace

RecordFields<Tag> RecordRules<Tag>::read(BodyReader& reader, Write write) {
  const auto need = write == Write::replace ? Need::required : Need::optional;
  RecordFields<Tag> fields;
  fields.texts.title = reader.text("name", {need, false, kTagNameCodePointsMax});
  fields.texts.color = reader.color("color");
  fields.texts.metadata = reader.json("metadata");
  if (write == Write::replace) {
    if (!fields.texts.color) fields.texts.color = kGrey;
    if (!fields.texts.metadata) fields.texts.metadata = JsonText{"{}"};
  }
  return fields;
}

FieldErrors RecordRules<Tag>::checked(const RecordAfter<Tag>&, FieldErrors errors) {
  return in_schema_order(std::move(errors), {"name", "color", "metadata"});
}

template RecordFields<Tag> read_fields<Tag>(const Body&, Write, FieldErrors&);

}  // namespace annals
