#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace annals {

/// The alphabet with `+` and `/`, padded.
std::string to_base64(std::string_view bytes);
/// Either alphabet, with or without padding; nullopt for anything else.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace annals
