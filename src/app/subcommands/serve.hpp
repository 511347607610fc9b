#pragma once

#include "app/config.hpp"

namespace annals {

struct ServeArguments {
  bool rebuild = false;  ///< the views, from the log, beside those that are served
};

/// Serves until SIGINT or SIGTERM. The exit code.
int serve(const Config& config, const ServeArguments& arguments, const Environment& environment);

}  // namespace annals
