#include "commands/platform/create_platform.hpp"

#include <algorithm>
#include <iterator>

#include "commands/fields/body_reader.hpp"
#include "commands/pipeline/seed_sales.hpp"
#include "commands/platform/roles.hpp"
#include "commands/rules.hpp"

namespace annals {
namespace {

constexpr std::size_t kKeyCodePointsMax = 64;

/// Any spelling of it, so that nobody takes one for the other.
bool is_reserved(std::string_view key) {
  constexpr std::string_view kSystemKey = "system";
  return std::ranges::equal(key, kSystemKey, [](char given, char reserved) {
    return given == reserved || given == static_cast<char>(reserved - 'a' + 'A');
  });
}

}  // namespace

CreatePlatform CreatePlatform::from(const Body& body) {
  CreatePlatform command;
  BodyReader reader(body, command.errors);
  command.key = reader.slug("key", Need::required, kKeyCodePointsMax).value_or("");
  command.name = reader.text("name", {Need::required, false}).value_or("");
  return command;
}

Result<Decision> decide(const CreatePlatform& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  auto errors = command.errors;
  if (!command.key.empty() && (is_reserved(command.key) || state.platform_with_key(command.key))) {
    errors.push_back({"key", {"platform with this key already exists."}});
  }
  if (!errors.empty()) return refused(in_schema_order(std::move(errors), {"key", "name"}));
  const auto id = state.next_platform_id();
  PlatformRegistered registered{id, {context.choices.new_slot(), PlatformDetails{command.key, command.name}}};
  return Decision{{std::move(registered)},
                  PlatformShown{id},
                  FollowUp{id, std::make_shared<const Command>(OpenPlatform{id, command.key, command.name})}};
}

Result<Decision> decide(const OpenPlatform& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  Decision decision{{}, NothingShown{}, {}};
  const auto registered = state.registered_platform(command.platform);
  if (!registered) return refused(ProblemCode::not_found);
  if (registered->opened) return decision;
  const auto slot = context.choices.new_slot();
  decision.events.emplace_back(PlatformOpened{{slot, PlatformDetails{command.key, command.name}}});
  RoleId id{1};
  for (auto& role : seeded_roles()) {
    decision.events.emplace_back(RoleCreated{id, true, {slot, std::move(role)}});
    ++id.value;
  }
  auto sales = seeded_sales(slot);
  decision.events.insert(decision.events.end(), std::move_iterator(sales.begin()), std::move_iterator(sales.end()));
  return decision;
}

}  // namespace annals
