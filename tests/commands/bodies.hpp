#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "commands/body.hpp"
#include "core/problem.hpp"

namespace annals::test {

inline Body json(std::string_view source) {
  const auto parsed = parse_json(source);
  if (!parsed) throw std::invalid_argument(parsed.error());
  return body_of(*parsed);
}

inline Body form(std::initializer_list<std::pair<std::string, FormValues>> fields) {
  Body body;
  for (const auto& [name, values] : fields) body.fields.emplace_back(name, values);
  return body;
}

inline std::string shown(const std::vector<std::string>& messages) {
  std::string out = "[";
  for (const auto& message : messages) out += (out.size() > 1 ? "," : "") + quote_json(message);
  return out + "]";
}

/// As HTTP would send them.
inline std::string shown(const FieldErrors& errors) {
  std::string out = "{";
  for (const auto& error : errors) {
    out += (out.size() > 1 ? "," : "") + quote_json(error.field) + ":";
    if (error.items.empty()) {
      out += shown(error.messages);
      continue;
    }
    std::string items = "{";
    for (const auto& item : error.items) {
      items += (items.size() > 1 ? "," : "") + ('"' + std::to_string(item.index) + "\":") + shown(item.messages);
    }
    out += items + "}";
  }
  return out + "}";
}

}  // namespace annals::test
