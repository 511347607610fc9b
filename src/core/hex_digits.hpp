#pragma once

namespace annals {

inline constexpr char kHexDigits[] = "0123456789abcdef";

}  // namespace annals
