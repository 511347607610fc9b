#pragma once

#include "core/time.hpp"

namespace annals {

/// The system's clock, rounded down.
inline Timestamp clock_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace annals
