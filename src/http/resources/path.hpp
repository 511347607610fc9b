#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace annals::http {

/// The decoded segments of a path: `/persons/7/` and `/persons/7` are both `persons`, `7`. Views into the path, or into
/// `decoded` where a segment had escapes.
struct PathSegments {
  static constexpr std::size_t kMax = 8;  ///< no route has more
  std::array<std::string_view, kMax> at;
  std::size_t count = 0;
  std::vector<std::string> decoded;

  PathSegments() = default;
  PathSegments(const PathSegments&) = delete;
  PathSegments& operator=(const PathSegments&) = delete;
};

/// False when no route can have this path: no leading slash, an empty segment, `.` or `..`, too many segments, or
/// escapes that are malformed or give NUL or bytes that are not UTF-8. An escaped slash stays inside its segment.
bool split_path(std::string_view path, PathSegments& segments);

}  // namespace annals::http
