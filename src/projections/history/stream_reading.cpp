#include "projections/history/stream_reading.hpp"

#include "projections/commit_reading.hpp"

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
  commit_ = read_commit(record, sealer_);
  hash_ = record.hash;
  return commit_;
}

Timestamp EventReader::recorded_at(Position position) {
  while (position.value > 0) {
    const auto& commit = commit_at(position);
    if (!commit.events.empty()) return commit.events.back().recorded_at;
    position = Position{commit.header.frame.first.value - 1};
  }
  return {};
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
    const Position middle{known + (behind - known) / 2};
    const auto frame = reader.commit_at(middle).header.frame;
    if (reader.recorded_at(middle) <= at) {
      known = frame.last().value;
    } else {
      behind = frame.first.value;
    }
  }
  return Position{known};
}

}  // namespace annals
