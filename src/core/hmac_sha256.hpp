#pragma once

#include <string_view>

#include "core/bytes.hpp"

namespace annals {

/// HMAC-SHA-256 (RFC 2104) under a key of any length, such as a text that both sides know.
Digest hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace annals
