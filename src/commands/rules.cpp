#include "commands/rules.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "commands/fields/messages.hpp"

namespace annals {

bool holds(const std::optional<Precondition>& precondition, StreamVersion version) {
  if (!precondition || precondition->any) return true;
  return std::ranges::find(precondition->versions, version) != precondition->versions.end();
}

bool is_active(const MemberState& member, Timestamp now) {
  return member.active && (!member.expires_at || now < *member.expires_at);
}

bool is_active_member(const State& state, UserId user, Timestamp now) {
  return state.is_active_member(user, now);
}

bool is_tenant_admin(const Caller& caller, const State& state) {
  return caller.superuser || (caller.platform == state.platform() && caller.is_tenant_admin());
}

std::string no_such_pk(std::string_view pk) {
  return message::no_such_pk(pk);
}
std::string no_such_pk(std::int64_t pk) {
  return no_such_pk(std::to_string(pk));
}

std::string was_merged_into(PersonId primary) {
  return "This person was merged into " + primary.to_string() + '.';
}
std::optional<std::string> fault_of_subject(PersonId person, const State& state) {
  const auto there = state.person(person);
  if (!there) return no_such_pk(person.to_string());
  return there->merged_into ? std::optional(was_merged_into(*there->merged_into)) : std::nullopt;
}

void check_owner(const std::optional<std::optional<std::int64_t>>& owner, const std::optional<UserId>& current,
                 const State& state, Timestamp now, FieldErrors& errors) {
  if (!owner || !*owner) return;
  const auto wanted = owner_of(*owner);
  if (wanted && (wanted == current || is_active_member(state, *wanted, now))) return;
  errors.push_back({"owner", {no_such_pk(**owner)}});
}

std::optional<UserId> owner_of(const std::optional<std::int64_t>& owner) {
  return owner ? as_id<UserId>(*owner) : std::nullopt;
}

std::optional<std::optional<UserId>> owner_change(const std::optional<std::optional<std::int64_t>>& wanted,
                                                  const std::optional<UserId>& current) {
  if (!wanted || owner_of(*wanted) == current) return std::nullopt;
  return std::optional<std::optional<UserId>>(std::in_place, owner_of(*wanted));
}

std::vector<Digest128> metadata_keys(const JsonText& metadata, PlatformId platform, const Digester& digester) {
  std::vector<Digest128> digests;
  if (json_kind(metadata.text) != JsonKind::object) return digests;
  for (const auto& [key, value] : json_members(metadata.text)) {
    digests.push_back(digester.short_digest(platform, DigestPurpose::metadata_key, key));
  }
  std::ranges::sort(digests);
  return digests;
}

std::vector<std::string> each_once(std::vector<std::string> texts) {
  std::unordered_set<std::string> seen;
  std::erase_if(texts, [&](const std::string& text) { return !seen.insert(text).second; });
  return texts;
}

std::unexpected<Problem> refused(ProblemCode code, std::string sentence) {
  return std::unexpected(Problem(code, std::move(sentence)));
}
std::unexpected<Problem> refused(FieldErrors errors) {
  return std::unexpected(Problem(std::move(errors)));
}

}  // namespace annals
