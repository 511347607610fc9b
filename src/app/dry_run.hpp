#pragma once

#include <span>

#include "core/outcome.hpp"
#include "events/commit.hpp"

namespace annals {

/// The answer to a dry run: the members of the answer that the command would get, and `dry_run`, `status_code` and the
/// `events` of these commits.
Answer dry_run_answer(const Answer& would_be, std::span<const Commit* const> commits);

/// What a dry run must not show: nobody will ever be able to use it.
void hide_secret(Outcome& outcome);

}  // namespace annals
