#pragma once

#include <string>

#include "app/config.hpp"

namespace annals {

struct RebuildArguments {
  std::string projection;  ///< empty: all
};

/// Drops projections and refills them from the log. Not while served. The exit code.
int rebuild(const Config& config, const RebuildArguments& arguments);

}  // namespace annals
