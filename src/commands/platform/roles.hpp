#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "core/ids.hpp"
#include "events/platform_events.hpp"

namespace annals {

/// The fields of a role as a request gave them; nullopt: to be left alone, or faulty.
struct RoleFields {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> actions;  ///< each once

  static RoleFields read(const Body& body, Write write, FieldErrors& errors);
};

struct CreateRole {
  static constexpr std::string_view kCommand = "CreateRole";
  RoleFields fields;
  FieldErrors errors;

  static CreateRole from(const Body& body);
};

struct UpdateRole {
  static constexpr std::string_view kCommand = "UpdateRole";
  RoleId role;
  RoleFields fields;
  FieldErrors errors;

  static UpdateRole from(RoleId role, const Body& body, Write write);
};

struct DeleteRole {
  static constexpr std::string_view kCommand = "DeleteRole";
  RoleId role;
};

Result<Decision> decide(const CreateRole& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);
/// Seeded roles refuse with permission_denied.
Result<Decision> decide(const UpdateRole& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);
Result<Decision> decide(const DeleteRole& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

/// `Ibl.*`, or `Ibl.<App>/` followed by `*`, `<Resource>/*` or `<Resource>/<verb>`.
bool is_permission_pattern(std::string_view text);

/// What every new platform begins with, in the order of their ids from 1.
std::vector<RoleDetails> seeded_roles();

}  // namespace annals
