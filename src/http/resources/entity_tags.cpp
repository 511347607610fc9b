#include "http/resources/entity_tags.hpp"

#include <charconv>

#include "http/resources/header_values.hpp"

namespace annals::http {
namespace {

/// Calls `with` for every element of every header of this name, commas inside quotes not counting. False without one.
bool for_each_tag(const Request& request, Headers::Field field, auto&& with) {
  bool sent = false;
  for (const Header& header : request.headers) {
    if (header.field != field) continue;
    sent = true;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      std::size_t end = 0;
      for (bool quoted = false; end < rest.size() && (quoted || rest[end] != ','); ++end) {
        if (rest[end] == '"') quoted = !quoted;
      }
      with(trim_blanks(rest.substr(0, end)));
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
  }
  return sent;
}

/// Of `"12"` and `"12-0123456789abcdef"`.
std::optional<StreamVersion> version_in(std::string_view tag) {
  if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
  tag = tag.substr(1, tag.size() - 2);
  const auto digits = tag.substr(0, tag.find('-'));
  StreamVersion version;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version.value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return version;
}

std::string_view without_weakness(std::string_view tag) {
  return tag.starts_with("W/") ? tag.substr(2) : tag;
}

}  // namespace

std::optional<Precondition> precondition_of(const Request& request) {
  Precondition precondition;
  const bool sent = for_each_tag(request, Headers::Field::if_match, [&](std::string_view tag) {
    if (tag == "*") precondition.any = true;
    if (const auto version = version_in(tag)) precondition.versions.push_back(*version);
  });
  return sent ? std::optional(std::move(precondition)) : std::nullopt;
}

bool client_has(const Request& request, std::string_view etag) {
  bool has = false;
  for_each_tag(request, Headers::Field::if_none_match,
               [&](std::string_view tag) { has = has || tag == "*" || without_weakness(tag) == etag; });
  return has;
}

}  // namespace annals::http
