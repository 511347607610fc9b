#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "commands/body.hpp"
#include "commands/deciding.hpp"

namespace annals {

/// A role as a request names it: by its id, or by its name.
using NamedRole = std::variant<std::int64_t, std::string>;

struct IssueApiKey {
  static constexpr std::string_view kCommand = "IssueApiKey";
  std::optional<std::string> username;  ///< nullopt: the caller
  std::string name;
  std::optional<std::chrono::seconds> expires_in;
  std::vector<NamedRole> roles;  ///< none: all of the user's rights
  FieldErrors errors;

  static IssueApiKey from(const Body& body);
};

Result<Decision> decide(const IssueApiKey& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

struct RevokeApiKey {
  static constexpr std::string_view kCommand = "RevokeApiKey";
  std::string name;
};

Result<Decision> decide(const RevokeApiKey& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
