#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "app/config.hpp"
#include "app/log_tails.hpp"
#include "storage/store.hpp"

namespace annals {

/// What the environment says about a first start.
struct FirstStartWishes {
  std::string admin_email = "admin@localhost";  ///< ANNALS_ADMIN_EMAIL
  std::optional<std::string> token;             ///< ANNALS_BOOTSTRAP_TOKEN: 32 to 255 visible ASCII characters
};
/// The error is a sentence that names the variable.
std::expected<FirstStartWishes, std::string> first_start_wishes(const Environment& environment);

/// What the operator must be shown once.
struct FirstToken {
  std::string platform_key;
  std::string token;
};

/// Why a start cannot go on.
struct StartProblem {
  int exit_code;
  std::string sentence;
};

/// Brings a data directory to where serving can begin, through the same commands that serve: opens platforms that are
/// registered but have no log yet, and does of the first start what is not done. Repeatable: a crash at any moment
/// leaves what the next call finishes. nullopt: there was no first start to finish.
///
/// The token is stored as its digest, so a crash between writing and showing it would lose it. A file beside the log
/// says that it has not been shown; while it is there, the next call puts a new token in the place of the unseen one.
std::expected<std::optional<FirstToken>, StartProblem> bring_up(Store& store, const std::filesystem::path& directory,
                                                                const FirstStartWishes& wishes);
/// The token has been shown.
void note_token_shown(const std::filesystem::path& directory);

}  // namespace annals
