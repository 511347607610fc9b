#include "http/resources/path.hpp"

#include "core/json.hpp"
#include "http/resources/percent.hpp"

namespace annals::http {
namespace {

bool add_segment(std::string_view raw, PathSegments& segments) {
  if (segments.count == PathSegments::kMax || raw.empty()) return false;
  if (raw.find('%') != std::string_view::npos) {
    auto decoded = percent_decode(raw);
    if (!decoded || decoded->find('\0') != std::string::npos || !is_utf8(*decoded)) return false;
    if (segments.decoded.capacity() == 0) segments.decoded.reserve(PathSegments::kMax);  // views must stay
    raw = segments.decoded.emplace_back(std::move(*decoded));
  }
  if (raw == "." || raw == "..") return false;
  segments.at[segments.count++] = raw;
  return true;
}

}  // namespace

bool split_path(std::string_view path, PathSegments& segments) {
  if (!path.starts_with('/')) return false;
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  while (true) {
    const auto slash = path.find('/');
    if (!add_segment(path.substr(0, slash), segments)) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace annals::http
