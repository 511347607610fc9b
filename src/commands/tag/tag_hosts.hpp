#pragma once

#include <optional>

#include "commands/state.hpp"

/// What carries tags, for the commands that attach and detach them.
namespace annals {

bool host_exists(const TagHost& host, const State& state);
/// The assignment by which the host has the tag; of several the first.
std::optional<AssignmentState> assignment_of(const TagHost& host, TagId tag, const State& state);

}  // namespace annals
