#pragma once

#include <filesystem>
#include <string_view>

#include "http/message.hpp"

namespace annals::http {

/// The file as it is, to be kept by its name. `content_type` is a literal. Throws std::runtime_error when it cannot be
/// read.
Response file_answer(const std::filesystem::path& file, std::string_view content_type);

}  // namespace annals::http
