#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace annals {

/// In decimal.
inline void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

}  // namespace annals
