#pragma once

#include <string>

#include "core/access.hpp"

namespace annals {

/// The server itself, user 0, on behalf of its operator.
inline Caller the_server(PlatformId platform) {
  Caller caller;
  caller.platform = platform;
  caller.superuser = true;
  caller.grants = Grants({std::string(kTenantAdmin)});
  return caller;
}

}  // namespace annals
