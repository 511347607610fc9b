#include "projections/history/stream_reading.hpp"

#include <algorithm>

namespace annals {
namespace {

CommitRecord record_at(const CommitLog& log, PlatformId platform, Position position) {
  auto record = log.read(platform, position)->next();
  if (!record) throw LogDamage(platform, position, "it is missing");
  return *std::move(record);
}

}  // namespace

const Commit& EventReader::commit_at(Position position) {
  const auto& frame = commit_.header.frame;
  if (!commit_.events.empty() && frame.first <= position && position <= frame.last()) return commit_;
  const auto record = record_at(log_, platform_, position);
  try {
    commit_ = decode_commit(record.bytes, sealer_);
  } catch (const DecodeError& error) {
    throw LogDamage(platform_, record.frame.first, error.what());
  }
  hash_ = record.hash;
  return commit_;
}

Position whole_commits_until(const CommitLog& log, PlatformId platform, Position position) {
  const auto head = log.head(platform).position;
  if (position >= head) return head;
  if (position.value == 0) return position;
  const auto frame = record_at(log, platform, position).frame;
  return frame.last() == position ? position : Position{frame.first.value - 1};
}

Position whole_commits_until(const CommitLog& log, const Sealer& sealer, PlatformId platform, Timestamp at) {
  EventReader reader(log, sealer, platform);
  std::uint64_t known = 0;                              // a commit ends here, recorded at or before `at`
  auto behind = log.head(platform).position.value + 1;  // a commit begins here that was not, or the log ends before it
  while (known + 1 < behind) {
    const auto& commit = reader.commit_at(Position{known + (behind - known) / 2});
    const auto& frame = commit.header.frame;
    if (commit.events.back().recorded_at <= at) {
      known = frame.last().value;
    } else {
      behind = frame.first.value;
    }
  }
  return Position{known};
}

}  // namespace annals
