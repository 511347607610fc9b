#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "storage/store.hpp"

namespace annals {

inline constexpr int kDone = 0;
inline constexpr int kCheckFailed = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kUnusableData = 3;

/// Prints `annals: <sentence>` on standard error; the exit code, for `return`.
int fail(int exit_code, std::string_view sentence);
int fail(const StoreProblem& problem);
/// Opening would make a new data directory there; and the sentence for a command that wants one with data.
bool holds_nothing(const std::filesystem::path& directory);
std::string nothing_in(const std::filesystem::path& directory);
/// What a damaged commit, or one that cannot be decoded, means to anything but `verify`.
int fail(const LogDamage& damage, std::string_view platform_key);
std::string sentence_of(const LogDamage& damage, std::string_view platform_key);

}  // namespace annals
