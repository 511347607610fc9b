#pragma once

#include <string>
#include <string_view>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "core/ids.hpp"

namespace annals {

/// In the system platform: registers a platform; OpenPlatform follows on its own log.
struct CreatePlatform {
  static constexpr std::string_view kCommand = "CreatePlatform";
  std::string key;
  std::string name;
  FieldErrors errors;

  static CreatePlatform from(const Body& body);
};

Result<Decision> decide(const CreatePlatform& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

/// Begins a registered platform's own log, with its seeded roles. Repeatable: nothing when it has begun.
struct OpenPlatform {
  static constexpr std::string_view kCommand = "OpenPlatform";
  PlatformId platform;
  std::string key;
  std::string name;
};

Result<Decision> decide(const OpenPlatform& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
