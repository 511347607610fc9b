#pragma once

#include <optional>

#include "commands/state.hpp"

/// What carries tags, for the commands that attach and detach them.
namespace annals {

struct TagHostState {
  StreamVersion version;
  std::optional<PersonId> merged_into;
};
std::optional<TagHostState> state_of(const TagHost& host, const State& state);
/// The assignment by which the host has the tag; of several the first.
std::optional<AssignmentState> assignment_of(const TagHost& host, TagId tag, const State& state);

}  // namespace annals
