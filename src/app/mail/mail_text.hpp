#pragma once

#include <string>
#include <string_view>

#include "core/time.hpp"

/// Names and times in the texts of mails.
namespace annals {

/// On one line, and not too long for one; no code point is cut.
std::string in_a_line(std::string_view name);
/// `27 November 2026, 22:10 UTC`
std::string spelled(Timestamp at);
/// As HTML shows it.
std::string escaped(std::string_view text);

}  // namespace annals
