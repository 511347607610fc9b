#include "app/exit_codes.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <system_error>

namespace annals {

int fail(int exit_code, std::string_view sentence) {
  std::fflush(stdout);
  fmt::print(stderr, "annals: {}\n", sentence);
  return exit_code;
}

int fail(const StoreProblem& problem) {
  return fail(kUnusableData, problem.sentence);
}

bool holds_nothing(const std::filesystem::path& directory) {
  std::error_code error;
  return !std::filesystem::exists(directory, error) || std::filesystem::is_empty(directory, error);
}

std::string nothing_in(const std::filesystem::path& directory) {
  return fmt::format("{} holds no data of annals; check the path, or start `annals serve` on it once.",
                     directory.string());
}

std::string sentence_of(const LogDamage& damage, std::string_view platform_key) {
  if (dynamic_cast<const UndecodableCommit*>(&damage) != nullptr) {
    return fmt::format("the log of platform {} holds at position {} what this version of annals cannot decode: {}",
                       platform_key, damage.position.value, damage.why);
  }
  return fmt::format("the log of platform {} is damaged at position {}: {}", platform_key, damage.position.value,
                     damage.why);
}

int fail(const LogDamage& damage, std::string_view platform_key) {
  if (dynamic_cast<const UndecodableCommit*>(&damage) != nullptr) {
    return fail(
        kUnusableData,
        fmt::format("{}. Use a version that can; or, to pass the whole commit over for good, start `annals serve` "
                    "or `annals rebuild` once with --quarantine {}:{}.",
                    sentence_of(damage, platform_key), platform_key, damage.position.value));
  }
  return fail(kUnusableData, fmt::format("{}. Restore the data directory from a backup; `annals verify` shows which "
                                         "platforms are whole.",
                                         sentence_of(damage, platform_key)));
}

}  // namespace annals
