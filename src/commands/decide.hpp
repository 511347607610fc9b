#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "commands/command.hpp"
#include "commands/state.hpp"
#include "core/access.hpp"
#include "core/outcome.hpp"
#include "core/problem.hpp"
#include "core/sealing.hpp"

namespace annals {

/// Where new ids, secrets and key slots come from; deciding itself draws nothing.
class Choices {
 public:
  virtual ~Choices() = default;
  virtual Uuid new_uuid() = 0;
  virtual SlotId new_slot() = 0;         ///< in the platform that is decided for
  virtual std::string new_secret() = 0;  ///< 256 random bits as text
};

struct DecisionContext {
  Timestamp now;
  const Caller& caller;
  Choices& choices;
  const Digester& digester;
  std::chrono::seconds invitation_lifetime{30 * 24 * 3600};
  bool private_webhooks_allowed = false;  ///< webhooks may lead to addresses that are not public
};

/// Another command that the one before makes necessary, on another platform's log, decided right behind it.
struct FollowUp {
  PlatformId platform;
  std::shared_ptr<const Command> command;
};

struct Decision {
  std::vector<Event> events;  ///< none: nothing to do
  Outcome outcome;
  std::optional<FollowUp> then;   ///< the answer is then the last one's that shows something
  std::optional<UserId> actor{};  ///< who acts, where the request brings no credentials
};

/// If-Match: the versions that are still good.
struct Precondition {
  bool any = false;  ///< `*`
  std::vector<StreamVersion> versions;
};

/// Checks in this order: the record exists, `precondition`, fields (shape and state together, in the schema's order),
/// conflicts of state. Pure.
Result<Decision> decide(const State& state, const Command& command, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
