#pragma once

#include <string_view>

#include "core/outcome.hpp"
#include "core/problem.hpp"

namespace annals {

/// `active_invitation_exists`, for metrics and logs.
std::string_view name_of(ProblemCode code);

/// How a command ended, for metrics: `written`, `unchanged`, `dry_run`, `replayed`, `failed` (a bug or a broken
/// machine) or the problem's name.
std::string_view outcome_name(bool dry_run, const Result<Answer>& answer, std::size_t events);

}  // namespace annals
