#pragma once

#include <string>
#include <string_view>

namespace annals {

/// A text that is stored like any other and never shown: where events are shown, `kHidden` stands in its place.
struct SecretText {
  static constexpr std::string_view kHidden = "(hidden)";
  std::string text;
  bool operator==(const SecretText&) const = default;
};

}  // namespace annals
