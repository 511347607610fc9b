#pragma once

#include <string>

#include "app/config.hpp"

namespace annals {

struct BackupArguments {
  std::string out;
};

/// Writes log, keys and what else a data directory needs into one file. Beside a running server or alone. The exit
/// code.
int backup(const Config& config, const BackupArguments& arguments);

}  // namespace annals
