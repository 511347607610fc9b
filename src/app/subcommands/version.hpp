#pragma once

#include <string_view>

namespace annals {

/// `0.1.0`, from the CMake project.
std::string_view version_number();
/// Prints `annals 0.1.0`. The exit code.
int version();

}  // namespace annals
