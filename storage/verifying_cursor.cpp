#include "storage/verifying_cursor.hpp"

#include <set>

#include "storage/slices.hpp"

namespace annals {
namespace {

/// So many commits are read without a thread of their own: most readings want a few.
constexpr std::size_t kReadAlone = 256;
constexpr std::size_t kBatchCommits = 256;
constexpr std::size_t kBatchBytes = 128u << 10;
constexpr std::size_t kBatchesAhead = 16;

}  // namespace

VerifyingCursor::VerifyingCursor(const Engine& engine, PlatformId platform, Position from, const LogExtent& extent)
    : platform_(platform), noted_(extent.noted), scan_(engine, platform, from, extent), previous_(scan_.previous()) {}

std::optional<CommitRecord> VerifyingCursor::next() {
  auto found = find_next();
  if (!found) return std::nullopt;
  return verified(*std::move(found));
}

std::optional<FoundCommit> VerifyingCursor::find_next() {
  if (!ahead_) {
    if (read_alone_ < kReadAlone) {
      ++read_alone_;
      return scan_.next();
    }
    scan_.read_on();
    ahead_.emplace(kBatchesAhead, [this] { return find_batch(); });
  }
  while (taken_ == batch_.size()) {
    auto more = ahead_->next();
    if (!more) return std::nullopt;
    batch_ = *std::move(more);
    taken_ = 0;
  }
  return std::move(batch_[taken_++]);
}

/// On the thread ahead, which alone uses `scan_` from then on.
std::optional<VerifyingCursor::Batch> VerifyingCursor::find_batch() {
  if (ahead_failure_) std::rethrow_exception(ahead_failure_);
  Batch batch;
  std::size_t bytes = 0;
  try {
    while (batch.size() < kBatchCommits && bytes < kBatchBytes) {
      auto found = scan_.next();
      if (!found) break;
      bytes += found->value.size();
      batch.push_back(*std::move(found));
    }
  } catch (...) {
    // First those that were found before.
    ahead_failure_ = std::current_exception();
  }
  if (batch.empty() && ahead_failure_) std::rethrow_exception(ahead_failure_);
  return batch.empty() ? std::nullopt : std::optional(std::move(batch));
}

CommitRecord VerifyingCursor::verified(FoundCommit found) {
  const auto damaged = [&](const std::string& why) { throw LogDamage(platform_, found.first, why); };
  CommitRecord record;
  try {
    record = LogEntry::decode({platform_, found.first}, std::move(found.value));
  } catch (const DecodeError& damage) {
    damaged(damage.what());
  }
  if (previous_ && record.frame.previous != *previous_) damaged("it does not follow the one before");
  if (noted_) {
    const bool holds_noted = record.frame.first <= noted_->position && noted_->position <= record.frame.last();
    if (holds_noted && (record.frame.last() != noted_->position || record.hash != noted_->hash)) {
      damaged("it is not the one noted when it was the last");
    }
  }
  previous_ = record.hash;
  return record;
}

namespace {

LogKey key_at(const rocksdb::Iterator& iterator) {
  if (iterator.key().size() != LogKey::kBytes)
    throw ReadFailure(rocksdb::Status::Corruption("a key of another length"));
  return LogKey::decode(view_of(iterator.key()));
}

void require_ok(const rocksdb::Iterator& iterator) {
  if (!iterator.status().ok()) throw ReadFailure(iterator.status());
}

}  // namespace

Heads read_heads(const Engine& engine) {
  Heads heads;
  const std::unique_ptr<rocksdb::Iterator> iterator(engine.db->NewIterator(scan_options(), engine.log));
  PlatformId platform{0};
  for (;;) {
    iterator->Seek(LogKey{platform, Position{0}}.encode());
    require_ok(*iterator);
    if (!iterator->Valid()) return heads;
    platform = key_at(*iterator).platform;
    iterator->SeekForPrev(LogKey{platform, Position{UINT64_MAX}}.encode());
    require_ok(*iterator);
    const auto last = key_at(*iterator);
    try {
      const auto record = LogEntry::decode(last, iterator->value().ToString());
      heads[platform] = Head{record.frame.last(), record.hash};
    } catch (const DecodeError& damage) {
      throw LogDamage(platform, last.first, damage.what());
    }
    if (platform.value == UINT64_MAX) return heads;
    ++platform.value;
  }
}

namespace {

/// As far as they can be told: what read_heads would not give because of a damaged block further on.
std::set<PlatformId> readable_platforms(const Engine& engine) {
  std::set<PlatformId> platforms;
  const std::unique_ptr<rocksdb::Iterator> iterator(engine.db->NewIterator(scan_options(), engine.log));
  PlatformId platform{0};
  for (iterator->Seek(LogKey{platform, Position{0}}.encode()); iterator->Valid();
       iterator->Seek(LogKey{platform, Position{0}}.encode())) {
    if (iterator->key().size() != LogKey::kBytes) break;
    platform = key_at(*iterator).platform;
    platforms.insert(platform);
    if (platform.value++ == UINT64_MAX) break;
  }
  return platforms;
}

}  // namespace

std::optional<LogDamage> find_damage(const Engine& engine, const Heads& noted) {
  auto platforms = readable_platforms(engine);
  for (const auto& [platform, head] : noted) platforms.insert(platform);
  for (const auto platform : platforms) {
    LogExtent extent;
    if (const auto it = noted.find(platform); it != noted.end()) extent.noted = it->second;
    try {
      VerifyingCursor cursor(engine, platform, Position{1}, extent);
      while (cursor.next()) continue;
    } catch (const LogUnreadable&) {
      throw;
    } catch (const LogDamage& damage) {
      return damage;
    }
  }
  return std::nullopt;
}

}  // namespace annals
