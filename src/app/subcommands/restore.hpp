#pragma once

#include <string>

#include "app/config.hpp"

namespace annals {

struct RestoreArguments {
  std::string from;
  std::string erasures;  ///< a list of erasures since the backup; empty: none
};

/// Makes a data directory of a backup. The exit code.
int restore(const Config& config, const RestoreArguments& arguments);

}  // namespace annals
