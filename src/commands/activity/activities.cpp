#include "commands/activity/activities.hpp"

#include <algorithm>
#include <limits>

#include "commands/record/record_deciding.hpp"

namespace annals {
namespace {

/// As long as a request may be.
constexpr auto kCommentCodePointsMax = std::numeric_limits<std::size_t>::max();

using Fields = RecordFields<Activity>;
using Plain = RecordCreated<Activity>::Plain;

void default_what_is_absent(Fields& fields) {
  auto& [plain, texts, whole] = fields;
  if (!texts.location) texts.location.emplace();
  if (!texts.comment) texts.comment.emplace();
  if (!texts.metadata) texts.metadata = JsonText{"{}"};
  if (!plain.schedule_from) plain.schedule_from.emplace();
  if (!plain.schedule_to) plain.schedule_to.emplace();
  if (!plain.is_done) plain.is_done = false;
  if (!plain.deal) plain.deal.emplace();
  if (!plain.person) plain.person.emplace();
  if (!plain.organization) plain.organization.emplace();
  if (!plain.reminder_at) plain.reminder_at.emplace();
}

/// What the fields newly point at.
void check_references(const Fields& fields, const Plain& was, const State& state, Timestamp now, FieldErrors& errors) {
  const auto& plain = fields.plain;
  if (plain.deal && *plain.deal && !state.kinds().record(**plain.deal)) {
    errors.push_back({"deal", {no_such_pk(std::to_string((**plain.deal).value))}});
  }
  if (plain.person && *plain.person && *plain.person != was.person) {
    if (auto fault = fault_of_subject(**plain.person, state)) errors.push_back({"person", {*std::move(fault)}});
  }
  if (plain.organization && *plain.organization && !state.organization_exists(**plain.organization)) {
    errors.push_back({"organization", {no_such_pk((**plain.organization).to_string())}});
  }
  if (plain.owner && *plain.owner && *plain.owner != was.owner && !is_active_member(state, **plain.owner, now)) {
    errors.push_back({"owner", {no_such_pk(std::to_string((**plain.owner).value))}});
  }
}

/// When either is named: with a deal, the person must be the deal's.
void check_person_of_deal(const Fields& fields, const Plain& was, const State& state, FieldErrors& errors) {
  if (!fields.plain.deal && !fields.plain.person) return;
  const auto deal_id = fields.plain.deal.value_or(was.deal);
  const auto person = fields.plain.person.value_or(was.person);
  const auto deal = deal_id && person ? state.kinds().record(*deal_id) : std::nullopt;
  if (!deal || deal->plain.person == *person || !state.person_exists(*person)) return;
  errors.push_back({"person", {"This is not the person of the deal."}});
}

}  // namespace

Fields RecordRules<Activity>::read(BodyReader& reader, Write write) {
  const auto need = write == Write::replace ? Need::required : Need::optional;
  Fields fields;
  fields.texts.title = reader.text("title", {need, false});
  fields.plain.kind = reader.choice("type", activity_type_named, need);
  fields.texts.location = reader.text("location", {});
  fields.texts.comment = reader.text("comment", {Need::optional, true, kCommentCodePointsMax});
  fields.plain.schedule_from = reader.nullable_time("schedule_from");
  fields.plain.schedule_to = reader.nullable_time("schedule_to");
  fields.plain.is_done = reader.boolean("is_done");
  fields.plain.deal = reader.nullable_reference<DealId>("deal");
  fields.plain.person = reader.nullable_uuid_as<PersonId>("person");
  fields.plain.organization = reader.nullable_uuid_as<OrganizationId>("organization");
  fields.plain.owner = reader.nullable_reference<UserId>("owner");
  fields.plain.reminder_at = reader.nullable_time("reminder_at");
  fields.texts.metadata = reader.json("metadata");
  if (write == Write::replace) default_what_is_absent(fields);
  return fields;
}

void RecordRules<Activity>::settle(Fields& fields, const RecordState<Activity>* before, const State& state,
                                   const DecisionContext& context, FieldErrors& errors) {
  auto& plain = fields.plain;
  const auto was = before != nullptr ? before->plain : Plain{};
  check_references(fields, was, state, context.now, errors);
  if (fields.whole && !plain.owner && std::ranges::find(errors, "owner", &FieldError::field) == errors.end()) {
    const auto caller = context.caller.user;
    plain.owner = is_active_member(state, caller, context.now) ? std::optional(caller) : std::nullopt;
  }
  check_person_of_deal(fields, was, state, errors);
  if (plain.is_done && *plain.is_done != was.is_done) {
    plain.done_at = *plain.is_done ? std::optional(context.now) : std::nullopt;
  }
  if (plain.reminder_at && *plain.reminder_at != was.reminder_at) plain.reminder_sent = false;
}

FieldErrors RecordRules<Activity>::checked(const RecordAfter<Activity>& after, FieldErrors errors) {
  const auto& plain = after.plain;
  if (plain.schedule_from && plain.schedule_to && *plain.schedule_to < *plain.schedule_from) {
    errors.push_back({"schedule_to", {"This may not be before schedule_from."}});
  }
  if (errors.empty() && !plain.deal && !plain.person && !plain.organization) {
    errors.push_back({"non_field_errors", {"An activity needs a deal, a person or an organization."}});
  }
  return in_schema_order(std::move(errors),
                         {"title", "type", "location", "comment", "schedule_from", "schedule_to", "is_done", "deal",
                          "person", "organization", "owner", "reminder_at", "metadata", "non_field_errors"});
}

template RecordFields<Activity> read_fields<Activity>(const Body&, Write, FieldErrors&);

}  // namespace annals
