#include "commands/platform/add_member.hpp"

#include "commands/fields/body_reader.hpp"
#include "commands/platform/membership.hpp"
#include "commands/rules.hpp"

namespace annals {
namespace {

Decision added(const PutMember& command, const UserState& user, const State& state, const DecisionContext& context) {
  MemberState member;
  member.is_admin = command.is_admin.value_or(false);
  member.is_staff = command.is_staff.value_or(false);
  member.active = command.active.value_or(true);
  member.expires_at = command.expires_at.value_or(std::nullopt);
  const auto& email = user.details.email;
  Decision decision{{}, MemberShown{user.id, true}, {}};
  decision.events.emplace_back(MemberAdded{user.id,
                                           member.is_admin,
                                           member.is_staff,
                                           member.active,
                                           member.expires_at,
                                           {context.choices.new_slot(), MemberDetails{email}}});
  if (is_active(member, context.now) && user.active) link_persons(decision.events, user.id, email, state);
  return decision;
}

Decision changed(const PutMember& command, const UserState& user, const MemberState& member, const State& state,
                 Timestamp now) {
  MemberChanged nothing;
  nothing.user = member.user;
  MemberChanged event = nothing;
  event.is_admin = change(command.is_admin, member.is_admin);
  event.is_staff = change(command.is_staff, member.is_staff);
  event.active = change(command.active, member.active);
  event.expires_at = change(command.expires_at, member.expires_at);
  Decision decision{{}, MemberShown{member.user, false}, {}};
  if (event == nothing) return decision;
  if (event.active == false) {
    end_membership(decision.events, event, member, state);
    return decision;
  }
  MemberState after = member;
  after.active = event.active.value_or(member.active);
  after.expires_at = event.expires_at.value_or(member.expires_at);
  decision.events.emplace_back(std::move(event));
  const bool begins = is_active(after, now) && !is_active(member, now) && user.active;
  if (begins) link_persons(decision.events, member.user, member.email, state);
  return decision;
}

}  // namespace

PutMember PutMember::from(const Body& body) {
  PutMember command;
  BodyReader reader(body, command.errors);
  command.user_id = reader.integer("user_id", Need::required);
  check_platform_key(reader);
  command.is_admin = reader.boolean("is_admin");
  command.is_staff = reader.boolean("is_staff");
  command.active = reader.boolean("active");
  command.expires_at = reader.nullable_time("expired_on");
  return command;
}

Result<Decision> decide(const PutMember& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context) {
  const auto id = command.user_id ? as_id<UserId>(*command.user_id) : std::nullopt;
  const auto user = id ? state.user(*id) : std::nullopt;
  const auto member = user ? state.member(*id) : std::nullopt;
  if (member && !holds(precondition, member->version)) return refused(ProblemCode::version_conflict);
  auto errors = command.errors;
  if (command.user_id && !user) errors.push_back({"user_id", {no_such_pk(*command.user_id)}});
  if (!errors.empty()) {
    return refused(in_schema_order(std::move(errors),
                                   {"user_id", "platform_key", "is_admin", "is_staff", "active", "expired_on"}));
  }
  return member ? changed(command, *user, *member, state, context.now) : added(command, *user, state, context);
}

}  // namespace annals
