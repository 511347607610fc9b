#pragma once

#include <string_view>

namespace annals {

/// As Django's EmailValidator has it: a dot-atom or quoted local part; a domain of labels (also international ones), an
/// IP address in brackets, or `localhost`. Says nothing about the length.
bool is_email_address(std::string_view text);

}  // namespace annals
