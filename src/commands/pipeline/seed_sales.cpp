#include "commands/pipeline/seed_sales.hpp"

#include <array>

#include "commands/decide.hpp"

namespace annals {
namespace {

constexpr PipelineId kDefault{1};
constexpr std::uint64_t kSeededRottenDays = 30;

struct SeededStage {
  std::string_view code;
  std::string_view name;
  std::uint64_t probability;
  bool is_won = false;
  bool is_lost = false;
};
constexpr std::array kStages = {
    SeededStage{"new", "New", 10},
    SeededStage{"qualified", "Qualified", 25},
    SeededStage{"proposal", "Proposal", 50},
    SeededStage{"negotiation", "Negotiation", 75},
    SeededStage{"won", "Won", 100, true, false},
    SeededStage{"lost", "Lost", 0, false, true},
};

struct SeededSource {
  std::string_view code;
  std::string_view name;
};
constexpr std::array kSources = {
    SeededSource{"web", "Web"},
    SeededSource{"referral", "Referral"},
    SeededSource{"cold_call", "Cold Call"},
    SeededSource{"advertisement", "Advertisement"},
};

const JsonText kNoMetadata{"{}"};

}  // namespace

std::vector<Event> seeded_sales(SlotId platform_slot) {
  std::vector<Event> events;
  events.emplace_back(
      PipelineCreated{kDefault,
                      {true, kSeededRottenDays},
                      {},
                      {platform_slot, PipelineCreated::Texts{"Default Pipeline", "default", kNoMetadata}}});
  for (std::uint64_t at = 0; at < kStages.size(); ++at) {
    const auto& stage = kStages[at];
    events.emplace_back(StageCreated{
        StageId{at + 1},
        {kDefault, stage.probability, at, stage.is_won, stage.is_lost},
        {},
        {platform_slot, StageCreated::Texts{std::string(stage.name), std::string(stage.code), kNoMetadata}}});
  }
  for (std::uint64_t at = 0; at < kSources.size(); ++at) {
    const auto& source = kSources[at];
    events.emplace_back(LeadSourceCreated{
        LeadSourceId{at + 1},
        {},
        {},
        {platform_slot, LeadSourceCreated::Texts{std::string(source.name), std::string(source.code), kNoMetadata}}});
  }
  return events;
}

Result<Decision> decide(const SeedSales&, const State& state, const std::optional<Precondition>&,
                        const DecisionContext&) {
  Decision decision{{}, NothingShown{}, {}};
  if (state.kinds().next_id(Pipeline{}).value == 1) decision.events = seeded_sales(state.platform_slot());
  return decision;
}

}  // namespace annals
