#pragma once

#include "app/config.hpp"

namespace annals {

/// Rebuilds every projection in a scratch place and compares, record by record. Beside a running server or alone. The
/// exit code.
int check(const Config& config);

}  // namespace annals
