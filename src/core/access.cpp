#include "core/access.hpp"

#include <algorithm>

namespace annals {

bool Grants::allow(std::string_view permission) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](std::string_view pattern) {
    if (!pattern.ends_with('*')) return pattern == permission;
    pattern.remove_suffix(1);
    return permission.starts_with(pattern);
  });
}

}  // namespace annals
