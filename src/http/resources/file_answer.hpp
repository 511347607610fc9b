#pragma once

#include <filesystem>
#include <string_view>

#include "http/resources/exchange.hpp"

namespace annals::http {

/// The file as it is, read while it is sent, to be kept by its name. `content_type` is a literal. Throws
/// std::runtime_error when it cannot be opened.
Response file_answer(const Exchange& exchange, const std::filesystem::path& file, std::string_view content_type);

}  // namespace annals::http
