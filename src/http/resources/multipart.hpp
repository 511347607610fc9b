#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace annals::http {

/// The fields of a form in the order they were sent.
using FormFields = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::size_t kFormFieldsMax = 2000;  ///< a merge of 1,000 duplicates fits

/// The parts of a multipart/form-data body (RFC 7578), or a sentence that says what is wrong. What a file part holds
/// counts as its text. A body whose last delimiter is missing has been cut off and is refused.
std::expected<FormFields, std::string> parse_multipart(std::string_view body, std::string_view boundary);

/// The fields of an application/x-www-form-urlencoded body, or a sentence that says what is wrong.
std::expected<FormFields, std::string> parse_urlencoded(std::string_view body);

}  // namespace annals::http
