#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/decide.hpp"

/// Rules that several commands keep.
namespace annals {

bool holds(const std::optional<Precondition>& precondition, StreamVersion version);

/// A member whose membership is neither switched off nor past its end.
bool is_active(const MemberState& member, Timestamp now);
/// Nor is its user deactivated.
bool is_active_member(const State& state, UserId user, Timestamp now);

/// Of the platform that is decided for, which is not always the key's own.
bool is_tenant_admin(const Caller& caller, const State& state);

/// A number from a request as an id; nullopt when it cannot be one.
template <class Id>
std::optional<Id> as_id(std::int64_t number) {
  return number > 0 ? std::optional(Id{static_cast<typename Id::rep>(number)}) : std::nullopt;
}

std::string no_such_pk(std::string_view pk);
std::string no_such_pk(std::int64_t pk);

/// One that was merged away keeps nothing of its own: what a merge moves to the primary is not put there anew.
std::string was_merged_into(PersonId primary);
/// Why nothing can be about this person from now on; nullopt: it can.
std::optional<std::string> fault_of_subject(PersonId person, const State& state);

/// Notes an owner that is no active member, unless it is who there is: `current`.
void check_owner(const std::optional<std::optional<std::int64_t>>& owner, const std::optional<UserId>& current,
                 const State& state, Timestamp now, FieldErrors& errors);
/// What becomes of the owner, when that is something else than who there is.
std::optional<std::optional<UserId>> owner_change(const std::optional<std::optional<std::int64_t>>& wanted,
                                                  const std::optional<UserId>& current);
std::optional<UserId> owner_of(const std::optional<std::int64_t>& owner);

/// Of the top-level keys when metadata is an object, sorted; else none.
std::vector<Digest128> metadata_keys(const JsonText& metadata, PlatformId platform, const Digester& digester);

/// What is wanted, when it is something else than what there is.
template <class T>
std::optional<T> change(const std::optional<T>& wanted, const T& current) {
  return wanted && *wanted != current ? wanted : std::nullopt;
}

/// In their order, without repetitions.
std::vector<std::string> each_once(std::vector<std::string> texts);

std::unexpected<Problem> refused(ProblemCode code, std::string sentence = {});
std::unexpected<Problem> refused(FieldErrors errors);

}  // namespace annals
