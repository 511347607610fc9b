#pragma once

#include <cstdint>
#include <random>

namespace annals::test {

/// Another one every time; a test that uses it says which.
inline std::uint32_t fresh_seed() {
  return std::random_device{}();
}

}  // namespace annals::test
