#include "storage/rocks_log.hpp"

#include <cassert>
#include <mutex>
#include <set>
#include <stdexcept>

#include "core/crypto.hpp"
#include "storage/rocks_views.hpp"
#include "storage/slices.hpp"
#include "storage/verifying_cursor.hpp"

namespace annals {
namespace {

void require_well_formed(const CommitRecord& commit, PlatformId platform, const Head& head) {
  const auto& frame = commit.frame;
  const bool chained = frame.platform == platform && frame.previous == head.hash && frame.count > 0 &&
                       frame.first.value == head.position.value + 1;
  if (!chained || commit.bytes.size() > kCommitBytesMax) {
    throw std::logic_error("a commit for platform " + std::to_string(platform.value) +
                           " that does not continue its log, or is too large");
  }
  assert(sha256(commit.bytes) == commit.hash);
}

}  // namespace

bool RocksLog::follows(std::span<const PlatformAppend> group, Heads& after) const {
  const std::shared_lock lock(mutex_);
  for (const auto& append : group) {
    const auto known = heads_.find(append.platform);
    auto& head = after.try_emplace(append.platform, known == heads_.end() ? Head{} : known->second).first->second;
    if (head != append.expected) return false;
    for (const auto& commit : append.commits) {
      require_well_formed(commit, append.platform, head);
      head = Head{commit.frame.last(), commit.hash};
    }
  }
  return true;
}

void RocksLog::add_to(rocksdb::WriteBatch& batch, const PlatformAppend& append, rocksdb::ColumnFamilyHandle* family) {
  for (const auto& commit : append.commits) {
    const auto key = LogKey{append.platform, commit.frame.first}.encode();
    const rocksdb::Slice key_part = key;
    const rocksdb::Slice value_parts[] = {slice(commit.bytes), slice(as_view(commit.hash))};
    batch.Put(family, rocksdb::SliceParts(&key_part, 1), rocksdb::SliceParts(value_parts, 2));
  }
}

AppendStatus RocksLog::append(std::span<const PlatformAppend> group, const ViewOverlay& views) {
  const auto& overlay = dynamic_cast<const Overlay&>(views);
  if (refuses_) return AppendStatus::unavailable;
  Heads after;
  if (!follows(group, after)) return AppendStatus::conflict;
  try {
    const auto pin = gate_.pin();
    if (!pin->takes_writes()) {
      refuse();
      return AppendStatus::unavailable;
    }
    // The commits first: WalWatch tells from a damaged record's first bytes which commit is lost.
    batch_.Clear();
    for (const auto& append : group) add_to(batch_, append, pin->log);
    overlay.add_to(batch_, pin->views(ViewsRole::live));
    rocksdb::WriteOptions options;
    options.sync = durability_ == Durability::sync;
    if (!pin->db->Write(options, &batch_).ok()) {
      refuse();
      return AppendStatus::unknown;
    }
  } catch (const StoreClosed&) {
    refuse();
    return AppendStatus::unavailable;
  }
  const std::unique_lock lock(mutex_);
  for (const auto& [platform, head] : after) {
    if (head.position.value > 0) heads_[platform] = head;
  }
  return AppendStatus::appended;
}

std::vector<PlatformId> RocksLog::platforms() const {
  const std::shared_lock lock(mutex_);
  std::set<PlatformId> platforms;
  for (const auto& [platform, head] : heads_) platforms.insert(platform);
  // Also a log of which nothing can be read any more: reading it says so.
  for (const auto& [platform, head] : noted_) platforms.insert(platform);
  return {platforms.begin(), platforms.end()};
}

Head RocksLog::head(PlatformId platform) const {
  const std::shared_lock lock(mutex_);
  const auto it = heads_.find(platform);
  return it == heads_.end() ? Head{} : it->second;
}

std::unique_ptr<CommitCursor> RocksLog::read(PlatformId platform, Position from) const {
  LogExtent extent;
  extent.end = Position{0};
  {
    const std::shared_lock lock(mutex_);
    if (const auto it = heads_.find(platform); it != heads_.end()) extent.end = it->second.position;
    if (const auto it = noted_.find(platform); it != noted_.end()) extent.noted = it->second;
  }
  return std::make_unique<PinnedCursor>(gate_.pin(), quarantine_, platform, from, extent);
}

Heads RocksLog::heads() const {
  const std::shared_lock lock(mutex_);
  return heads_;
}

void RocksLog::begin(Heads heads, Heads noted) {
  const std::unique_lock lock(mutex_);
  heads_ = std::move(heads);
  noted_ = std::move(noted);
}

void RocksLog::resume(Heads heads) {
  {
    const std::unique_lock lock(mutex_);
    heads_ = std::move(heads);
  }
  refuses_ = false;
}

bool RocksLog::sync() {
  if (refuses_) return false;
  try {
    const auto pin = gate_.pin();
    if (refuses_ || !pin->writable) return false;
    if (pin->db->FlushWAL(true).ok()) return true;
  } catch (const StoreClosed&) {
  }
  refuse();
  return false;
}

}  // namespace annals
