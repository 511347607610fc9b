#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/json.hpp"

namespace annals {

/// The values that a form sent under one name, in order.
using FormValues = std::vector<std::string>;

/// A request body as named values: from a JSON object, or from a form. HTTP parses bodies into it; the commands read
/// their fields out of it and say what is wrong with them.
struct Body {
  using Value = std::variant<JsonText, FormValues>;
  std::vector<std::pair<std::string, Value>> fields;
  /// Set when the JSON was no object: its kind as Django REST framework names it (`list`, `str`, `int`, `float`,
  /// `bool`, `NoneType`).
  std::string not_an_object;

  const Value* find(std::string_view name) const {
    for (const auto& [field, value] : fields) {
      if (field == name) return &value;
    }
    return nullptr;
  }
};

/// The members of an object; of anything else, what it was.
Body body_of(const JsonText& json);

/// PUT sets what is absent back to its default; PATCH leaves it alone.
enum class Write { replace, patch };

}  // namespace annals
