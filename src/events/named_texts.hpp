#pragma once

#include <string>

#include "core/json.hpp"

namespace annals {

/// Of kinds that have a name and a code. Field numbers are on disk and never change.
template <template <class> class Of>
struct NamedTexts {
  Of<std::string> title{};
  Of<std::string> code{};
  Of<JsonText> metadata{};
  bool operator==(const NamedTexts&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "name", self.title);
    field(2, "code", self.code);
    field(3, "metadata", self.metadata);
  }
};

}  // namespace annals
