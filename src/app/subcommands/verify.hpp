#pragma once

#include <cstdint>
#include <string>

#include "app/config.hpp"

namespace annals {

struct VerifyArguments {
  std::string platform;  ///< empty: all
  std::uint64_t from = 1;
  std::string head_file;  ///< signed heads that the logs must extend; empty: none
};

/// Reads every commit's bytes and recomputes its chain: a line per platform, or the first commit that is bad. Beside a
/// running server or alone. The exit code.
int verify(const Config& config, const VerifyArguments& arguments);

}  // namespace annals
