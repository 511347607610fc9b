#pragma once

#include <string>

#include "app/config.hpp"

namespace annals {

struct HeadArguments {
  std::string platform;  ///< empty: all
};

/// Prints where each platform's log ends, signed, one JSON object a line, as `GET /audit/head` answers. Beside a
/// running server or alone. The exit code.
int head(const Config& config, const HeadArguments& arguments);

}  // namespace annals
