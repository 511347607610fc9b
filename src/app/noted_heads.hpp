#pragma once

#include <expected>
#include <string>
#include <vector>

#include "core/signed_head.hpp"

namespace annals {

/// The signed heads that somebody saved: one answer of `GET /audit/head`, however it is laid out, or one a line. The
/// error is a sentence.
std::expected<std::vector<SignedHead>, std::string> read_noted_heads(const std::string& path);

}  // namespace annals
