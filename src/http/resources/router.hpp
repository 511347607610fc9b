#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/resources/path.hpp"
#include "http/resources/route.hpp"

namespace annals::http {

/// All methods of one path.
struct Place {
  Mounts mounts;
  std::string_view pattern;
  std::vector<std::string_view> segments;  ///< of the pattern; `{…}` matches anything
  std::vector<const Route*> routes;
  std::string allow;  ///< methods, sorted, with HEAD and OPTIONS
  bool needs_credentials = false;

  /// HEAD is answered by GET's; nullptr: the method is not allowed here.
  const Route* route_for(std::string_view method) const;
};

class Router {
 public:
  explicit Router(std::span<const RouteTable> tables);

  struct Match {
    const Place* place = nullptr;
    std::string_view variable;         ///< what stood in `{…}`, a view into the segments
    std::string_view second_variable;  ///< in the second one
  };
  /// Under any mount. A literal segment wins over a variable.
  std::optional<Match> find(const PathSegments& path) const;

 private:
  std::optional<Match> find(Mounts mounts, std::span<const std::string_view> path) const;
  std::vector<Place> places_;
};

}  // namespace annals::http
