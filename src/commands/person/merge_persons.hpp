#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "commands/person/relations.hpp"
#include "core/ids.hpp"

namespace annals {

inline constexpr std::size_t kMergedPersonsMax = 1000;

/// Makes every duplicate inactive and moves its related records to the primary, all in one commit.
struct MergePersons {
  static constexpr std::string_view kCommand = "MergePersons";
  std::optional<PersonId> primary;
  std::vector<PersonId> duplicates;  ///< each once, in the order of the request
  FieldErrors errors;

  static MergePersons from(const Body& body);
};

/// The precondition is about the primary.
Result<Decision> decide(const MergePersons& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);
/// With other relations than those there are.
Result<Decision> decide(const MergePersons& command, const State& state,
                        const std::optional<Precondition>& precondition, Relations relations);

}  // namespace annals
