#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace annals::http {

/// `%41` becomes `A`; nullopt when a `%` is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text);
/// As queries and forms have it: `+` is a space, and a `%` without two hex digits stands for itself.
std::string form_decode(std::string_view text);
/// Everything but RFC 3986's unreserved characters becomes `%XX`.
void append_percent_encoded(std::string& out, std::string_view text);

}  // namespace annals::http
