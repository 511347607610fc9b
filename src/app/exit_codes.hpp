#pragma once

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
/// What a damaged commit means to anything but `verify`.
int fail(const LogDamage& damage, std::string_view platform_key);
std::string sentence_of(const LogDamage& damage, std::string_view platform_key);

}  // namespace annals
