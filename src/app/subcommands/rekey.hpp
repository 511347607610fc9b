#pragma once

#include <string>

#include "app/config.hpp"

namespace annals {

struct RekeyArguments {
  std::string new_master_key_file;  ///< empty: none given
  bool generate = false;
};

/// Puts everything under a new master key. Not while served. The exit code.
int rekey(const Config& config, const RekeyArguments& arguments);

}  // namespace annals
