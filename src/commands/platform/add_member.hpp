#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "core/time.hpp"

namespace annals {

/// Makes a user a member of the platform, or changes what is given of a membership. One who becomes an active member is
/// linked to the persons that have the user's email.
struct PutMember {
  static constexpr std::string_view kCommand = "PutMember";
  std::optional<std::int64_t> user_id;
  std::optional<bool> is_admin;
  std::optional<bool> is_staff;
  std::optional<bool> active;
  std::optional<std::optional<Timestamp>> expires_at;
  FieldErrors errors;

  static PutMember from(const Body& body);
};

Result<Decision> decide(const PutMember& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
