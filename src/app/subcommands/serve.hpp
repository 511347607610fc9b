#pragma once

#include "app/config.hpp"

namespace annals {

/// Serves until SIGINT or SIGTERM. The exit code.
int serve(const Config& config, const Environment& environment);

}  // namespace annals
