#include "http/resources/query_string.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "http/resources/percent.hpp"

namespace annals::http {

QueryString::QueryString(std::string_view raw) {
  while (!raw.empty()) {
    const auto pair = raw.substr(0, raw.find('&'));
    raw.remove_prefix(std::min(raw.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    parameters_.emplace_back(form_decode(pair.substr(0, equals)), form_decode(value));
  }
}

std::optional<std::string_view> QueryString::value(std::string_view name) const {
  const auto last = std::find_if(parameters_.rbegin(), parameters_.rend(),
                                 [&](const auto& parameter) { return parameter.first == name; });
  if (last == parameters_.rend() || last->second.empty()) return std::nullopt;
  return last->second;
}

std::vector<std::string_view> QueryString::values(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const auto& [key, value] : parameters_) {
    if (key == name && !value.empty()) found.push_back(value);
  }
  return found;
}

bool may_name(std::string_view raw, std::string_view name) {
  return raw.find(name) != std::string_view::npos || raw.find('%') != std::string_view::npos;
}

std::optional<std::uint64_t> whole_number(std::string_view value) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (end != value.data() + value.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

}  // namespace annals::http
