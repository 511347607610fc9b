#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "core/ids.hpp"

namespace annals {

/// The fields of a policy as a request gave them; nullopt: to be left alone, or faulty.
struct PolicyFields {
  std::optional<std::string> name;
  std::optional<std::int64_t> role_id;
  std::optional<JsonText> resources;
  std::vector<std::int64_t> users_to_add;
  std::vector<std::int64_t> users_to_remove;  ///< wins over adding

  static PolicyFields read(const Body& body, Write write, FieldErrors& errors);
};

struct CreatePolicy {
  static constexpr std::string_view kCommand = "CreatePolicy";
  PolicyFields fields;
  FieldErrors errors;

  static CreatePolicy from(const Body& body);
};

/// Replacing leaves the users alone but for those that it adds and removes.
struct UpdatePolicy {
  static constexpr std::string_view kCommand = "UpdatePolicy";
  PolicyId policy;
  PolicyFields fields;
  FieldErrors errors;

  static UpdatePolicy from(PolicyId policy, const Body& body, Write write);
};

struct DeletePolicy {
  static constexpr std::string_view kCommand = "DeletePolicy";
  PolicyId policy;
};

Result<Decision> decide(const CreatePolicy& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);
Result<Decision> decide(const UpdatePolicy& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);
Result<Decision> decide(const DeletePolicy& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
