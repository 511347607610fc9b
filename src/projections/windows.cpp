#include "projections/windows.hpp"

#include <algorithm>
#include <limits>

namespace annals {

Window window_of(const PageRequest& request) {
  const auto size = std::max<std::uint64_t>(request.page_size, 1);
  const auto pages_before = std::max<std::uint64_t>(request.page, 1) - 1;
  if (pages_before > std::numeric_limits<std::uint64_t>::max() / 2 / size) {
    return {std::numeric_limits<std::uint64_t>::max() / 2, size};
  }
  return {pages_before * size, size};
}

bool is_past_end(const PageRequest& request, std::uint64_t count) {
  return request.page != 1 && (request.page == 0 || window_of(request).skip >= count);
}

}  // namespace annals
