#pragma once

#include <string>

#include "storage/files.hpp"
#include "storage/store.hpp"

namespace annals {

inline StoreProblem problem(StoreProblem::Kind kind, std::string sentence) {
  return {kind, std::move(sentence), std::nullopt, std::nullopt};
}

/// What an operation on `path` that failed with `status` means for the one who started the program.
inline StoreProblem io_problem(const std::string& path, const rocksdb::Status& status) {
  return problem(StoreProblem::Kind::io,
                 path + " cannot be used (" + status.ToString() +
                     "); check the disk, its free space and the permissions, then start again.");
}

inline std::expected<void, StoreProblem> done_with(const std::string& path, const rocksdb::Status& status) {
  if (status.ok()) return {};
  return std::unexpected(io_problem(path, status));
}

inline StoreProblem newer_format(const std::string& path, unsigned format) {
  return problem(StoreProblem::Kind::newer_format, path + " is of format " + std::to_string(format) +
                                                       ", written by a newer annals; use that version or a later one.");
}

inline StoreProblem damaged_file(const std::string& path, const std::string& why) {
  return problem(StoreProblem::Kind::corrupt, path + " is damaged (" + why + "); restore it from a backup.");
}

}  // namespace annals
