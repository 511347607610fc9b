#include "commands/pipeline/pipelines.hpp"

#include "commands/deal/deals.hpp"
#include "commands/pipeline/named_texts.hpp"
#include "commands/record/record_deciding.hpp"

namespace annals {
namespace {

constexpr std::uint64_t kRottenDays = 30;
constexpr std::uint64_t kRottenDaysMax = 36'500;

}  // namespace

RecordFields<Pipeline> RecordRules<Pipeline>::read(BodyReader& reader, Write write) {
  RecordFields<Pipeline> fields;
  read_named_texts(fields, reader, write);
  fields.plain.is_default = reader.boolean("is_default");
  fields.plain.rotten_days = reader.natural("rotten_days", kRottenDaysMax);
  if (write == Write::replace) {
    if (!fields.plain.is_default) fields.plain.is_default = false;
    if (!fields.plain.rotten_days) fields.plain.rotten_days = kRottenDays;
  }
  return fields;
}

FieldErrors RecordRules<Pipeline>::checked(const RecordAfter<Pipeline>&, FieldErrors errors) {
  return in_schema_order(std::move(errors), {"name", "code", "is_default", "rotten_days", "metadata"});
}

std::optional<Problem> RecordRules<Pipeline>::keeps(const RecordState<Pipeline>& record, const State& state) {
  return kept_by_deals(state, record.id);
}

void RecordRules<Pipeline>::go_along(PipelineId self, const RecordCreated<Pipeline>::Plain& after, const State& state,
                                     std::vector<Event>& events) {
  if (!after.is_default) return;
  for (const auto& other : state.kinds().records(Pipeline{})) {
    if (other.id == self || !other.plain.is_default) continue;
    PipelineUpdated no_more;
    no_more.id = other.id;
    no_more.plain.is_default = false;
    events.emplace_back(std::move(no_more));
  }
}

template RecordFields<Pipeline> read_fields<Pipeline>(const Body&, Write, FieldErrors&);

}  // namespace annals
