#pragma once

#include <expected>
#include <optional>
#include <string>

#include "core/crypto.hpp"

namespace annals {

/// A key from a file: 32 bytes raw, 64 hexadecimal digits or base64. The error is a sentence's end, without the key.
std::expected<Key, std::string> read_key_file(const std::string& path);

/// The master key from a file (32 bytes raw, 64 hexadecimal digits or base64) or from the text of ANNALS_MASTER_KEY
/// (the latter two); nullopt when neither is given. The error is a sentence, without the key.
std::expected<std::optional<Key>, std::string> read_master_key(const std::string& file,
                                                               const std::optional<std::string>& environment);

}  // namespace annals
