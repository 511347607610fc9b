#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace annals {

/// The alphabet with `+` and `/`, padded.
std::string to_base64(std::string_view bytes);
/// The alphabet with `-` and `_`, not padded: stands in a URL as it is.
std::string to_base64url(std::string_view bytes);
/// Either alphabet, with or without padding; nullopt for anything else.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace annals
