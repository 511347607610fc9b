#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

/// How values are spelt in requests, where the rules are those of Python and Django REST framework. All texts are
/// UTF-8.
namespace annals {

/// Without the leading and trailing white space that Python's str.strip takes away.
std::string_view stripped(std::string_view text);

/// Digits with an optional sign, white space around and zeros behind a point: `7`, `+7`, ` 7 `, `7.0`; within int64.
std::optional<std::int64_t> spelt_integer(std::string_view text);

/// `true`, `t`, `yes`, `y`, `on`, `1` and their opposites, in any case.
std::optional<bool> spelt_boolean(std::string_view text);

/// Whole seconds, or `[DD] [HH:[MM:]]ss`; never negative.
std::optional<std::chrono::seconds> spelt_duration(std::string_view text);

/// Letters, digits, underscores and hyphens, at least one.
bool is_slug(std::string_view text);

/// `#` and six hexadecimal digits.
bool is_color(std::string_view text);

/// Where a browser may be sent: an http or https URL without credentials.
bool is_redirect_target(std::string_view text);

}  // namespace annals
