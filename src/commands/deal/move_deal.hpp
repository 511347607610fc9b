#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "core/ids.hpp"

/// The ways of a deal through its pipeline. Each is an update of the deal that names the stage, so that a move is
/// recorded the same way whoever asks for it; into the stage where the deal stands it is none.
namespace annals {

/// Into a stage of the deal's pipeline, named by its id or its code.
struct MoveDeal {
  static constexpr std::string_view kCommand = "MoveDeal";
  DealId deal;
  std::optional<StageId> stage;
  std::optional<std::string> code;
  FieldErrors errors;

  static MoveDeal from(DealId deal, const Body& body);
};

/// Into the named won stage, or the first one.
struct WinDeal {
  static constexpr std::string_view kCommand = "WinDeal";
  DealId deal;
  std::optional<std::string> code;
  FieldErrors errors;

  static WinDeal from(DealId deal, const Body& body);
};

/// Into the named lost stage, or the first one, for a reason.
struct LoseDeal {
  static constexpr std::string_view kCommand = "LoseDeal";
  DealId deal;
  std::string reason;
  std::optional<std::string> code;
  FieldErrors errors;

  static LoseDeal from(DealId deal, const Body& body);
};

Result<Decision> decide(const MoveDeal& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);
Result<Decision> decide(const WinDeal& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);
Result<Decision> decide(const LoseDeal& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
