#include "commands/import/import_records.hpp"

#include <algorithm>
#include <utility>

#include "commands/fields/spelling.hpp"
#include "commands/import/rows_state.hpp"
#include "commands/rules.hpp"

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

/// A reference by name leaves the body. What can be no name stays, to be refused as a bad id.
std::string take_name(Body& body, std::string_view field, bool (*is_id)(const std::string&)) {
  auto text = text_in(body, field);
  if (text.empty() || is_id(text) || count_code_points(text) > kNameCodePointsMax) return {};
  std::erase_if(body.fields, [field](const auto& one) { return one.first == field; });
  return text;
}

bool is_uuid(const std::string& text) {
  return Uuid::parse(text).has_value();
}
bool is_number(const std::string& text) {
  return spelt_integer(text).has_value();
}

/// Decides row after row.
class RowsDecision {
 public:
  RowsDecision(const State& state, const DecisionContext& context) : state_(state), context_(context) {}

  void add(const ImportRow& row) {
    std::visit([&](const auto& record) { add(row, record); }, row.record);
  }
  Decision take() { return Decision{std::move(events_), std::move(imported_), {}}; }

 private:
  template <class Create>
  void add(const ImportRow& row, const Create& record) {
    if (row.organization_name.empty() && row.owner_name.empty()) return create_from(row, record);
    auto resolved = record;
    resolve(row, resolved);
    create_from(row, resolved);
  }

  template <class Create>
  void create_from(const ImportRow& row, const Create& record) {
    if (record.errors.empty() && is_there(record)) {
      ++imported_.skipped;
      return;
    }
    auto created = create(record, state_, context_);
    if (!created) {
      imported_.rejected.push_back({row.line, std::move(created.error().fields)});
      return;
    }
    state_.add(*created);
    ++count_of(record);
    events_.emplace_back(*std::move(created));
  }

  std::uint64_t& count_of(const CreatePerson&) { return imported_.persons; }
  std::uint64_t& count_of(const CreateOrganization&) { return imported_.organizations; }

  bool is_there(const CreatePerson& record) const {
    const auto& unique_id = *record.fields.unique_id;
    return !unique_id.empty() && state_.person_with_unique_id(unique_id);
  }
  bool is_there(const CreateOrganization& record) const {
    return state_.organization_named(*record.fields.name).has_value();
  }

  void resolve(const ImportRow& row, CreatePerson& record) const {
    if (!row.organization_name.empty()) {
      record.fields.organization.emplace(state_.organization_named(row.organization_name));
      if (!*record.fields.organization) refuse(record.errors, "organization", row.organization_name);
    }
    resolve_owner(row, record);
  }
  void resolve(const ImportRow& row, CreateOrganization& record) const { resolve_owner(row, record); }

  template <class Create>
  void resolve_owner(const ImportRow& row, Create& record) const {
    if (row.owner_name.empty()) return;
    const auto found = member_named(row.owner_name);
    if (!found) return refuse(record.errors, "owner", row.owner_name);
    record.fields.owner.emplace(static_cast<std::int64_t>(found->value));
  }

  static void refuse(FieldErrors& errors, std::string field, std::string_view name) {
    errors.push_back({std::move(field), {no_such_pk(name)}});
  }

  /// Nobody learns here who else has an account: only an active member is found.
  std::optional<UserId> member_named(const std::string& name) const {
    auto user = state_.user_with_username(name);
    if (!user) user = state_.user_with_email(name);
    if (!user) return std::nullopt;
    const auto member = state_.member(*user);
    return member && is_active(*member, context_.now) ? user : std::nullopt;
  }

  RowsState state_;
  const DecisionContext& context_;
  std::vector<Event> events_;
  RecordsImported imported_;
};

}  // namespace

std::optional<RecordKind> record_kind_named(std::string_view name) {
  std::string lowered(stripped(name));
  std::ranges::transform(lowered, lowered.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  if (lowered == "person" || lowered == "persons") return RecordKind::person;
  if (lowered == "organization" || lowered == "organizations") return RecordKind::organization;
  return std::nullopt;
}

ImportRow ImportRow::from(RecordKind kind, Body body, std::uint64_t line) {
  ImportRow row;
  row.line = line;
  row.owner_name = take_name(body, "owner", is_number);
  switch (kind) {
    case RecordKind::person:
      row.organization_name = take_name(body, "organization", is_uuid);
      row.record = CreatePerson::from(body);
      break;
    case RecordKind::organization:
      row.record = CreateOrganization::from(body);
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
  RowsDecision rows(state, context);
  for (const auto& row : command.rows) rows.add(row);
  return rows.take();
}

}  // namespace annals
