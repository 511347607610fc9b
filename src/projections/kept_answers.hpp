#pragma once

#include "projections/projections.hpp"

namespace annals {

inline constexpr std::chrono::hours kAnswerKept{24};

/// The answers to requests that came with an Idempotency-Key, for a day, sealed under the subject that they show. It
/// reads the views of all other projections as they stood at its commit.
Projection kept_answers_projection();

}  // namespace annals
