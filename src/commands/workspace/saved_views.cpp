#include "commands/workspace/saved_views.hpp"

#include "commands/record/record_deciding.hpp"

namespace annals {
namespace {

constexpr std::size_t kWordCodePointsMax = 64;

}  // namespace

RecordFields<SavedView> RecordRules<SavedView>::read(BodyReader& reader, Write write) {
  const auto need = write == Write::replace ? Need::required : Need::optional;
  RecordFields<SavedView> fields;
  auto& texts = fields.texts;
  texts.object_type = reader.text("object_type", {need, false, kWordCodePointsMax});
  texts.title = reader.text("name", {need, false});
  texts.type = reader.text("type", {Need::optional, false, kWordCodePointsMax});
  texts.columns = reader.json("columns");
  texts.filters = reader.json("filters");
  texts.sorts = reader.json("sorts");
  texts.group_by = reader.json("group_by");
  texts.metadata = reader.json("metadata");
  if (write == Write::replace) {
    if (!texts.type) texts.type = "table";
    if (!texts.columns) texts.columns = JsonText{"[]"};
    if (!texts.filters) texts.filters = JsonText{"[]"};
    if (!texts.sorts) texts.sorts = JsonText{"[]"};
    if (!texts.group_by) texts.group_by = JsonText{R"("")"};
    if (!texts.metadata) texts.metadata = JsonText{"{}"};
  }
  return fields;
}

void RecordRules<SavedView>::settle(RecordFields<SavedView>& fields, const RecordState<SavedView>* before, const State&,
                                    const DecisionContext& context, FieldErrors&) {
  if (before == nullptr) fields.plain.user = context.caller.user;
}

FieldErrors RecordRules<SavedView>::checked(const RecordAfter<SavedView>&, FieldErrors errors) {
  return in_schema_order(std::move(errors),
                         {"object_type", "name", "type", "columns", "filters", "sorts", "group_by", "metadata"});
}

template RecordFields<SavedView> read_fields<SavedView>(const Body&, Write, FieldErrors&);

}  // namespace annals
