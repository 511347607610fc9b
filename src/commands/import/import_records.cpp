#include "commands/import/import_records.hpp"

#include <algorithm>
#include <utility>

#include "commands/decide.hpp"
#include "commands/fields/messages.hpp"
#include "commands/fields/spelling.hpp"
#include "commands/import/import_decision.hpp"

namespace annals {
namespace {

constexpr std::size_t kNameCodePointsMax = 255;

/// The body's text of this name, trimmed; empty when it is absent, no text or blank.
std::string text_in(const Body& body, std::string_view field) {
  const auto* value = body.find(field);
  if (value == nullptr) return {};
  if (const auto* form = std::get_if<FormValues>(value))
    return form->empty() ? "" : std::string(stripped(form->back()));
  const auto& json = std::get<JsonText>(*value).text;
  return json_kind(json) == JsonKind::string ? std::string(stripped(json_string(json))) : std::string();
}

void drop(Body& body, std::string_view field) {
  std::erase_if(body.fields, [field](const auto& one) { return one.first == field; });
}

/// A reference by name leaves the body: what `name_field` says, or else what `field` has in the place of an id. What
/// can be no name stays, to be refused as a bad id.
std::string take_name(Body& body, std::string_view field, std::string_view name_field,
                      bool (*is_id)(const std::string&)) {
  auto name = text_in(body, name_field);
  if (name.empty()) {
    name = text_in(body, field);
    if (name.empty() || is_id(name) || count_code_points(name) > kNameCodePointsMax) return {};
  }
  drop(body, field);
  return name;
}

bool is_uuid(const std::string& text) {
  return Uuid::parse(text).has_value();
}
bool spells_number(const std::string& text) {
  return spelt_integer(text).has_value();
}

/// Without one nobody knows whom a row updates.
void require_unique_id(CreatePerson& record, const Body& body) {
  auto& errors = record.errors;
  const bool said = std::ranges::find(errors, "unique_id", &FieldError::field) != errors.end();
  if (said || !body.not_an_object.empty() || !record.fields.unique_id->empty()) return;
  errors.push_back({"unique_id", {message::kRequired}});
}

}  // namespace

ImportRow ImportRow::from(RecordKind kind, Body body, std::uint64_t line, Existing existing) {
  ImportRow row;
  row.line = line;
  row.owner_name = take_name(body, "owner", "owner_username", spells_number);
  switch (kind) {
    case RecordKind::person: {
      row.organization_name = take_name(body, "organization", "organization_name", is_uuid);
      auto person = CreatePerson::from(body);
      if (existing == Existing::update) {
        require_unique_id(person, body);
        row.update = UpdatePerson::from({}, body, Write::patch);
      }
      row.record = std::move(person);
      break;
    }
    case RecordKind::organization:
      row.record = CreateOrganization::from(body);
      if (existing == Existing::update) row.update = UpdateOrganization::from({}, body, Write::patch);
      break;
  }
  return row;
}

ImportRow ImportRow::unreadable(RecordKind kind, FieldError error, std::uint64_t line) {
  ImportRow row;
  row.line = line;
  row.readable = false;
  if (kind == RecordKind::organization) row.record = CreateOrganization{};
  std::visit([&](auto& record) { record.errors.push_back(std::move(error)); }, row.record);
  return row;
}

Result<Decision> decide(const ImportRecords& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  const bool updates = std::ranges::any_of(command.rows, [](const ImportRow& row) { return row.update.has_value(); });
  ImportDecision rows(state, context, updates ? Existing::update : Existing::skip);
  for (const auto& row : command.rows) rows.add(row);
  auto events = rows.take_events();
  return Decision{std::move(events), rows.take_outcome(), {}};
}

}  // namespace annals
