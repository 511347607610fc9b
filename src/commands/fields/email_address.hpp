#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace annals {

/// As Django's EmailValidator has it: a dot-atom or quoted local part; a domain of labels (also international ones), an
/// IP address in brackets, or `localhost`. Says nothing about the length.
bool is_email_address(std::string_view text);

/// The address in ASCII throughout, an international domain in its IDNA form; nullopt when it is none. A quoted local
/// part may still hold any other ASCII character but CR, LF and NUL.
std::optional<std::string> ascii_email_address(std::string_view text);

}  // namespace annals
