#include "commands/pipeline/lead_sources.hpp"

#include "commands/record/record_deciding.hpp"

namespace annals {
namespace {

constexpr std::size_t kSourceNameCodePointsMax = 128;
constexpr std::size_t kCodeCodePointsMax = 64;

}  // namespace

RecordFields<LeadSource> RecordRules<LeadSource>::read(BodyReader& reader, Write write) {
  const auto need = write == Write::replace ? Need::required : Need::optional;
  RecordFields<LeadSource> fields;
  fields.texts.title = reader.text("name", {need, false, kSourceNameCodePointsMax});
  fields.texts.code = reader.slug("code", need, kCodeCodePointsMax);
  fields.texts.metadata = reader.json("metadata");
  if (write == Write::replace && !fields.texts.metadata) fields.texts.metadata = JsonText{"{}"};
  return fields;
}

FieldErrors RecordRules<LeadSource>::checked(const RecordAfter<LeadSource>&, FieldErrors errors) {
  return in_schema_order(std::move(errors), {"name", "code", "metadata"});
}

template RecordFields<LeadSource> read_fields<LeadSource>(const Body&, Write, FieldErrors&);

}  // namespace annals
