#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "events/event.hpp"

namespace annals {

/// Gives something a tag; the precondition is of that. When it has it already, nothing happens, and the answer says so.
/// Problem: bad_request for a person that was merged away.
struct AttachTag {
  static constexpr std::string_view kCommand = "AttachTag";
  TagHost host;
  std::optional<std::int64_t> tag;
  FieldErrors errors;

  static AttachTag from(const TagHost& host, const Body& body);
};

Result<Decision> decide(const AttachTag& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
