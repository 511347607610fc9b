#pragma once

#include <optional>

#include "core/problem.hpp"

/// The names that every command's own `decide` needs; commands/decide.hpp defines them.
namespace annals {

class State;
struct PersonState;
struct OrganizationState;
struct Decision;
struct DecisionContext;
struct Precondition;

}  // namespace annals
