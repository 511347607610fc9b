#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/crypto.hpp"
#include "storage/store.hpp"
#include "support/memory_byte_store.hpp"
#include "support/plain_sealer.hpp"

namespace annals::test {

/// A CommitLog in memory that checks what it is given as the real one does, and fails as it is told to.
class MemoryLog : public CommitLog {
 public:
  explicit MemoryLog(MemoryByteStore& views) : views_(views) {}

  /// How appends are to end, in turn; afterwards all succeed. `unknown_written`: unknown, but it will be found.
  enum class Fate { appended, unavailable, conflict, unknown_lost, unknown_written, throws };
  void plan(std::deque<Fate> fates) {
    const std::scoped_lock lock(mutex_);
    fates_ = std::move(fates);
  }
  /// Called in append before anything happens: a place to wait.
  std::function<void()> before_append = [] {};

  AppendStatus append(std::span<const PlatformAppend> group, const ViewOverlay& views) override {
    {
      const std::scoped_lock lock(mutex_);
      group_sizes_.push_back(commits_in(group));
    }
    before_append();
    const std::scoped_lock lock(mutex_);
    const auto fate = next_fate();
    if (fate == Fate::throws) throw std::runtime_error("the log broke");
    if (broken_ || fate == Fate::unavailable) return AppendStatus::unavailable;
    if (fate == Fate::conflict) return AppendStatus::conflict;
    if (fate == Fate::unknown_lost) {
      broken_ = true;
      return AppendStatus::unknown;
    }
    for (const auto& part : group) check_chain(part);
    for (const auto& part : group) {
      auto& log = logs_[part.platform];
      log.insert(log.end(), part.commits.begin(), part.commits.end());
    }
    views_.take(views);
    if (fate == Fate::appended) return AppendStatus::appended;
    broken_ = true;
    return AppendStatus::unknown;
  }

  std::vector<PlatformId> platforms() const override {
    const std::scoped_lock lock(mutex_);
    std::vector<PlatformId> all;
    for (const auto& [platform, log] : logs_) all.push_back(platform);
    return all;
  }
  Head head(PlatformId platform) const override {
    const std::scoped_lock lock(mutex_);
    return head_locked(platform);
  }
  std::unique_ptr<CommitCursor> read(PlatformId platform, Position from) const override {
    ++readings_;
    std::deque<CommitRecord> rest;
    for (const auto& commit : commits(platform)) {
      if (commit.frame.last() >= from) rest.push_back(commit);
    }
    return std::make_unique<Cursor>(std::move(rest));
  }

  std::vector<CommitRecord> commits(PlatformId platform) const {
    const std::scoped_lock lock(mutex_);
    const auto found = logs_.find(platform);
    return found == logs_.end() ? std::vector<CommitRecord>() : found->second;
  }
  /// How many commits each append was asked to write.
  std::vector<std::size_t> group_sizes() const {
    const std::scoped_lock lock(mutex_);
    return group_sizes_;
  }
  /// How often somebody began to read.
  std::size_t readings() const { return readings_; }
  void mend() {
    const std::scoped_lock lock(mutex_);
    broken_ = false;
  }
  /// Loses the last commit of a platform, as a disk that lied about a sync would.
  void lose_last(PlatformId platform) {
    const std::scoped_lock lock(mutex_);
    logs_.at(platform).pop_back();
  }

 private:
  class Cursor : public CommitCursor {
   public:
    explicit Cursor(std::deque<CommitRecord> rest) : rest_(std::move(rest)) {}
    std::optional<CommitRecord> next() override {
      if (rest_.empty()) return std::nullopt;
      auto record = std::move(rest_.front());
      rest_.pop_front();
      return record;
    }

   private:
    std::deque<CommitRecord> rest_;
  };

  static std::size_t commits_in(std::span<const PlatformAppend> group) {
    std::size_t count = 0;
    for (const auto& part : group) count += part.commits.size();
    return count;
  }
  Fate next_fate() {
    if (fates_.empty()) return Fate::appended;
    const auto fate = fates_.front();
    fates_.pop_front();
    return fate;
  }
  Head head_locked(PlatformId platform) const {
    const auto found = logs_.find(platform);
    if (found == logs_.end() || found->second.empty()) return {};
    return {found->second.back().frame.last(), found->second.back().hash};
  }
  void check_chain(const PlatformAppend& part) const {
    auto head = head_locked(part.platform);
    if (part.expected != head) throw std::logic_error("appended behind another head");
    for (const auto& commit : part.commits) {
      ByteReader reader(commit.bytes);
      if (CommitFrame::decode(reader) != commit.frame) throw std::logic_error("the record has another frame");
      if (commit.frame.platform != part.platform) throw std::logic_error("a commit of another platform");
      if (commit.frame.first.value != head.position.value + 1) throw std::logic_error("a gap in the positions");
      if (commit.frame.previous != head.hash) throw std::logic_error("a broken chain");
      if (commit.hash != sha256(commit.bytes)) throw std::logic_error("another hash than the record's");
      head = {commit.frame.last(), commit.hash};
    }
  }

  MemoryByteStore& views_;
  mutable std::mutex mutex_;
  std::map<PlatformId, std::vector<CommitRecord>> logs_;
  std::vector<std::size_t> group_sizes_;
  mutable std::atomic<std::size_t> readings_ = 0;
  std::deque<Fate> fates_;
  bool broken_ = false;
};

/// A whole data directory in memory.
class MemoryStore : public Store {
 public:
  MemoryLog& log() override { return log_; }
  MemoryByteStore& views() override { return views_; }
  MemoryByteStore& side_tables() override { return side_tables_; }
  const PlainSealer& sealer() const override { return sealer_; }
  PlainSealer& keys() { return sealer_; }
  const Digester& digester() const override { return digester_; }
  const SigningKey& signing_key() const override { return signing_key_; }

  SlotId reserve_slot(PlatformId platform) override {
    if (no_slots.contains(platform)) throw std::runtime_error("no room for slots");
    return SlotId{++slots_[platform]};
  }
  /// The slot that the next reserve_slot gives.
  SlotId next_slot(PlatformId platform) { return SlotId{slots_[platform] + 1}; }

  bool erase_slot(PlatformId platform, SlotId slot) override {
    sealer_.erase(platform, slot);
    views_.erase_slot(platform, slot);
    if (failing_erasures == 0) return true;
    --failing_erasures;
    return false;
  }
  std::vector<std::string> notices() const override { return {}; }

  bool reopen() override {
    ++reopen_calls;
    if (failing_reopens > 0) {
      --failing_reopens;
      return false;
    }
    log_.mend();
    return true;
  }
  bool drop_views() override { return false; }
  std::unique_ptr<ByteStore> begin_views() override { return nullptr; }
  bool adopt_views(ByteStore&) override { return false; }
  const Quarantine& quarantine() const override { return quarantine_; }
  bool put_in_quarantine(QuarantinedCommit) override { return false; }
  std::vector<std::pair<PlatformId, Head>> noted_heads() const override { return {}; }

  std::set<PlatformId> no_slots;
  std::atomic<int> failing_reopens{0};
  std::atomic<int> failing_erasures{0};  ///< gone from memory, but not surely from the disk
  std::atomic<int> reopen_calls{0};

 private:
  Quarantine quarantine_;
  MemoryByteStore views_;
  MemoryByteStore side_tables_;
  MemoryLog log_{views_};
  PlainSealer sealer_;
  FixedDigester digester_;
  SigningKey signing_key_{Key{7, 7, 7}};
  std::map<PlatformId, std::uint64_t> slots_;
};

}  // namespace annals::test
