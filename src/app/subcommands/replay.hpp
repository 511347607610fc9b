#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/config.hpp"

namespace annals {

struct ReplayArguments {
  std::uint64_t from = 1;
  std::optional<std::uint64_t> to;  ///< inclusive
  std::string platform;             ///< the fields below: empty means all
  std::string stream;
  std::string type;
};

/// Prints events as NDJSON, platform after platform. Beside a running server or alone. The exit code.
int replay(const Config& config, const ReplayArguments& arguments);

}  // namespace annals
