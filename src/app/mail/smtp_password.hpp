#pragma once

#include <expected>
#include <optional>
#include <string>

namespace annals {

/// The first line of the file, or the text of ANNALS_SMTP_PASSWORD; empty when neither is given. The error is a
/// sentence, without the password.
std::expected<std::string, std::string> read_smtp_password(const std::string& file,
                                                           const std::optional<std::string>& environment);

}  // namespace annals
