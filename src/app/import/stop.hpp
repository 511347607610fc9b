#pragma once

#include <string>

namespace annals {

/// Why an import ended before its input did. What was imported until then stays.
struct ImportStop {
  int exit_code;
  std::string sentence;
};

}  // namespace annals
