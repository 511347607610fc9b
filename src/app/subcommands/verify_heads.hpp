#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "app/platform_keys.hpp"
#include "core/signed_head.hpp"

namespace annals {

/// Where the platform's log ends, when it extends all these heads of it; else what refutes it, as a sentence's end.
/// Reads the whole log. Throws LogDamage.
std::expected<Head, std::string> extension_of(Store& store, PlatformId platform,
                                              std::span<const SignedHead* const> noted);

/// Proves that the logs extend the heads that somebody noted: a line per platform, or what is wrong. The exit code.
int verify_heads(Store& store, const PlatformKeys& keys, const std::vector<SignedHead>& noted);

}  // namespace annals
