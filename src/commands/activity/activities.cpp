#include "commands/activity/activities.hpp"

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
  if (!plain.person) plain.person.emplace();
  if (!plain.organization) plain.organization.emplace();
  if (!plain.reminder_at) plain.reminder_at.emplace();
}

/// The caller, who need not be a member: a superuser's key may be one of this platform all the same.
std::optional<UserId> first_owner(const State& state, const DecisionContext& context) {
  const auto member = state.member(context.caller.user);
  return member && is_active(*member, context.now) ? std::optional(context.caller.user) : std::nullopt;
}

/// What the fields newly point at.
void check_references(const Fields& fields, const State& state, Timestamp now, FieldErrors& errors) {
  const auto& plain = fields.plain;
  if (plain.person && *plain.person && !state.person_exists(**plain.person)) {
    errors.push_back({"person", {no_such_pk((**plain.person).to_string())}});
  }
  if (plain.organization && *plain.organization && !state.organization_exists(**plain.organization)) {
    errors.push_back({"organization", {no_such_pk((**plain.organization).to_string())}});
  }
  if (!plain.owner || !*plain.owner) return;
  const auto member = state.member(**plain.owner);
  if (!member || !is_active(*member, now)) {
    errors.push_back({"owner", {no_such_pk(std::to_string((**plain.owner).value))}});
  }
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
  check_references(fields, state, context.now, errors);
  if (before == nullptr && !plain.owner) plain.owner = first_owner(state, context);
  const auto was = before != nullptr ? before->plain : Plain{};
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
  if (errors.empty() && !plain.person && !plain.organization) {
    errors.push_back({"non_field_errors", {"An activity needs a deal, a person or an organization."}});
  }
  return in_schema_order(std::move(errors),
                         {"title", "type", "location", "comment", "schedule_from", "schedule_to", "is_done", "person",
                          "organization", "owner", "reminder_at", "metadata", "non_field_errors"});
}

}  // namespace annals
