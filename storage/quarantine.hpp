#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "storage/commit_log.hpp"

namespace annals {

class Files;
struct StoreProblem;

/// A commit that the operator has put into quarantine: an event of it cannot be decoded, and since a commit is atomic
/// all of it is passed over. Its bytes stay in the log and in the chain.
struct QuarantinedCommit {
  PlatformId platform;
  Position first;
  Position last;
  std::string hash;  ///< of the commit, in hex: another one at this position is not meant
  Timestamp at;      ///< when it was put here
  bool operator==(const QuarantinedCommit&) const = default;
};

/// The file `quarantine` in the data directory, one line of JSON a commit, platform by platform in the order of the
/// log:
/// {"platform", "first", "last", "hash", "at"}. On disk; never change. Changed only before anything is read.
class Quarantine {
 public:
  static constexpr std::string_view kName = "quarantine";

  /// The error says why a line is none.
  static std::expected<Quarantine, std::string> parse(std::string_view lines);
  std::string lines() const;

  /// Empty when there is no such file.
  static std::expected<Quarantine, StoreProblem> read(const Files& files);

  void add(QuarantinedCommit commit);
  bool holds(const CommitRecord& commit) const;
  std::vector<QuarantinedCommit> of(PlatformId platform) const;
  bool empty() const { return commits_.empty(); }
  std::uint64_t events() const;

 private:
  std::map<std::pair<PlatformId, Position>, QuarantinedCommit> commits_;  ///< by their first position
};

}  // namespace annals
