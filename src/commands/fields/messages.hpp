#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "core/money.hpp"

/// What is said of faulty fields, in Django REST framework's words.
namespace annals::message {

/// As Python names the type of what its JSON module makes of a value; Django REST framework shows it.
std::string python_type(JsonKind kind);

inline constexpr const char* kRequired = "This field is required.";
inline constexpr const char* kNull = "This field may not be null.";
inline constexpr const char* kBlank = "This field may not be blank.";
inline constexpr const char* kNotText = "Not a valid string.";
inline constexpr const char* kNotInteger = "A valid integer is required.";
inline constexpr const char* kNotUuid = "Must be a valid UUID.";
inline constexpr const char* kNotBoolean = "Must be a valid boolean.";
inline constexpr const char* kNotEmail = "Enter a valid email address.";
inline constexpr const char* kNotUrl = "Enter a valid URL.";
inline constexpr const char* kNotSlug =
    "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.";
inline constexpr const char* kNotColor = "Enter a color as # and six hexadecimal digits.";
inline constexpr const char* kNotJson = "Value must be valid JSON.";
inline constexpr const char* kNotTime =
    "Datetime has wrong format. Use one of these formats instead: "
    "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
inline constexpr const char* kNotDay = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.";
inline constexpr const char* kNotDuration =
    "Duration has wrong format. Use one of these formats instead: [DD] [HH:[MM:]]ss[.uuuuuu].";

std::string too_long(std::size_t code_points_max);
std::string too_small(std::uint64_t min);
std::string too_large(std::uint64_t max);
std::string amount_fault(AmountFault fault);
std::string no_such_pk(std::string_view pk);
std::string no_such_choice(std::string_view choice);
std::string not_a_list(JsonKind kind);
std::string not_a_dictionary(JsonKind kind);
std::string not_a_pk(JsonKind kind);

}  // namespace annals::message
