#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "storage/engine.hpp"
#include "storage/heads_file.hpp"
#include "storage/store.hpp"

namespace annals {

/// A database that opened and that holds everything it must.
struct Recovered {
  std::unique_ptr<Engine> engine;
  Heads heads;
  std::vector<std::string> notices;
};

/// Opens to write: recovers, then compares every log with the head that it must reach, and verifies what was recovered.
/// `made_before`: there was data here, so nothing is created anew.
std::expected<Recovered, StoreProblem> recover(const Files& files, std::size_t block_cache_bytes, const Heads& required,
                                               bool made_before);
/// Opens beside a running server, or alone. A log that falls short is for its readers to find.
std::expected<Recovered, StoreProblem> look_beside(const Files& files, std::size_t block_cache_bytes,
                                                   const std::filesystem::path& scratch, const Heads& noted);

/// Whether the directory has a database at all. A failure to find out is a problem, and so is one that lost its root.
std::expected<bool, StoreProblem> has_database(const Files& files, const Heads& noted);

}  // namespace annals
