#include "app/subcommands/version.hpp"

#include <fmt/format.h>

#include "app/exit_codes.hpp"

namespace annals {

std::string_view version_number() {
  return ANNALS_VERSION;
}

int version() {
  fmt::print("annals {}\n", version_number());
  return kDone;
}

}  // namespace annals
