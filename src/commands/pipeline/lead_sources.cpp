#include "commands/pipeline/lead_sources.hpp"

#include "commands/pipeline/named_texts.hpp"
#include "commands/record/record_deciding.hpp"

namespace annals {
namespace {

constexpr std::size_t kSourceNameCodePointsMax = 128;

}  // namespace

RecordFields<LeadSource> RecordRules<LeadSource>::read(BodyReader& reader, Write write) {
  RecordFields<LeadSource> fields;
  read_named_texts(fields, reader, write, kSourceNameCodePointsMax);
  return fields;
}

FieldErrors RecordRules<LeadSource>::checked(const RecordAfter<LeadSource>&, FieldErrors errors) {
  return in_schema_order(std::move(errors), {"name", "code", "metadata"});
}

template RecordFields<LeadSource> read_fields<LeadSource>(const Body&, Write, FieldErrors&);

}  // namespace annals
