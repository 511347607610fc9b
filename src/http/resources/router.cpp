#include "http/resources/router.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace annals::http {
namespace {

bool is_variable(std::string_view segment) {
  return segment.starts_with('{');
}

std::vector<std::string_view> pattern_segments(std::string_view pattern) {
  std::vector<std::string_view> segments;
  for (std::size_t at = 1; at < pattern.size();) {
    const auto end = std::min(pattern.find('/', at), pattern.size());
    segments.push_back(pattern.substr(at, end - at));
    at = end + 1;
  }
  return segments;
}

std::string allow_of(const Place& place) {
  std::set<std::string_view> methods = {"OPTIONS"};
  for (const auto* route : place.routes) {
    methods.insert(route->method);
    if (route->method == "GET") methods.insert("HEAD");
  }
  std::string allow;
  for (const auto method : methods) {
    if (!allow.empty()) allow += ", ";
    allow += method;
  }
  return allow;
}

/// Literals come first, so that `/persons/merge/` is not taken for a person.
bool more_literal(const Place& left, const Place& right) {
  const auto variables = [](const Place& place) {
    return std::count_if(place.segments.begin(), place.segments.end(), is_variable);
  };
  return variables(left) < variables(right);
}

}  // namespace

const Route* Place::route_for(std::string_view method) const {
  if (method == "HEAD") method = "GET";
  const auto found =
      std::find_if(routes.begin(), routes.end(), [&](const Route* route) { return route->method == method; });
  return found == routes.end() ? nullptr : *found;
}

Router::Router(std::span<const RouteTable> tables) {
  for (const auto& table : tables) {
    for (const auto& route : table.routes) {
      auto place = std::find_if(places_.begin(), places_.end(), [&](const Place& known) {
        return known.mounts == table.mounts && known.pattern == route.path;
      });
      if (place == places_.end()) {
        place = places_.insert(places_.end(), Place{table.mounts, route.path, pattern_segments(route.path), {}, {}});
      }
      place->routes.push_back(&route);
      place->needs_credentials = place->needs_credentials || route.permission != kAnyone;
    }
  }
  for (auto& place : places_) place.allow = allow_of(place);
  std::sort(places_.begin(), places_.end(), more_literal);
}

std::optional<Router::Match> Router::find(const PathSegments& path) const {
  std::span<const std::string_view> segments(path.at.data(), path.count);
  const bool under_dm = segments[0] == "dm";
  if (under_dm) segments = segments.subspan(1);
  if (!segments.empty() && segments[0] == "api") {
    if (segments.size() > 1 && segments[1] == "crm") return find(Mounts::crm, segments.subspan(2));
    return find(Mounts::platform, segments);
  }
  if (under_dm) return std::nullopt;
  auto match = find(Mounts::crm, segments);
  return match ? match : find(Mounts::root, segments);
}

std::optional<Router::Match> Router::find(Mounts mounts, std::span<const std::string_view> path) const {
  for (const auto& place : places_) {
    if (place.mounts != mounts || place.segments.size() != path.size()) continue;
    Match match{&place, {}, {}};
    auto* variable = &match.variable;
    const bool matches = std::equal(path.begin(), path.end(), place.segments.begin(),
                                    [&](std::string_view segment, std::string_view expected) {
                                      if (!is_variable(expected)) return segment == expected;
                                      *std::exchange(variable, &match.second_variable) = segment;
                                      return true;
                                    });
    if (matches) return match;
  }
  return std::nullopt;
}

}  // namespace annals::http
