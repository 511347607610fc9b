#include "projections/refill.hpp"

#include <stdexcept>

#include "core/ahead.hpp"
#include "projections/commit_reading.hpp"

namespace annals {
namespace {

/// How many bytes of commits are decoded before they are handed to where they are applied, and how often ahead of it.
constexpr std::size_t kBatchBytes = 64u << 10;
constexpr std::size_t kBatchesAhead = 16;
constexpr std::size_t kPortionBytes = 64u << 20;  ///< of changes, between two writes

/// One stretch's commits, verified and decoded on a thread of their own.
class DecodedLog {
 public:
  using Batch = std::vector<Commit>;

  DecodedLog(const CommitLog& log, const LogStretch& stretch, const Sealer& sealer)
      : cursor_(log.read(stretch.platform, stretch.from)),
        until_(stretch.until),
        sealer_(sealer),
        ahead_(kBatchesAhead, [this] { return decode_batch(); }) {}
  /// nullopt at the end. Throws LogDamage.
  std::optional<Batch> next() { return ahead_.next(); }

 private:
  std::optional<Batch> decode_batch() {
    if (stop_) throw *stop_;
    Batch batch;
    try {
      for (std::size_t bytes = 0; bytes < kBatchBytes && reached_ < until_;) {
        const auto record = cursor_->next();
        if (!record) break;
        batch.push_back(read_commit(*record, sealer_));
        bytes += record->bytes.size();
        reached_ = record->frame.last();
      }
    } catch (const UndecodableCommit& commit) {
      if (batch.empty()) throw;
      stop_ = commit;  // first those before it
    }
    return batch.empty() ? std::nullopt : std::optional(std::move(batch));
  }

  std::unique_ptr<CommitCursor> cursor_;
  const Position until_;
  Position reached_;
  std::optional<UndecodableCommit> stop_;
  const Sealer& sealer_;
  Ahead<Batch> ahead_;  ///< last: its thread uses the others
};

/// Says how far the whole of it has come.
class Told {
 public:
  Told(std::span<const LogStretch> stretches, const RebuildProgress& progress) : progress_(progress) {
    for (const auto& stretch : stretches) of_ += stretch.events();
  }
  void add(const Commit& commit) { done_ += commit.header.frame.count; }
  void say() const {
    if (progress_) progress_(done_, of_);
  }
  std::uint64_t done() const { return done_; }
  bool nothing_to_do() const { return of_ == 0; }

 private:
  const RebuildProgress& progress_;
  std::uint64_t done_ = 0;
  std::uint64_t of_ = 0;
};

}  // namespace

std::uint64_t refill(const CommitLog& log, std::span<const LogStretch> stretches, ByteStore& store,
                     const Sealer& sealer, const ApplyCommit& apply, const RebuildProgress& progress) {
  Told told(stretches, progress);
  if (!told.nothing_to_do()) {
    const auto filling = store.fill(kPortionBytes);
    try {
      for (const auto& stretch : stretches) {
        if (stretch.events() == 0) continue;
        DecodedLog commits(log, stretch, sealer);
        while (const auto batch = commits.next()) {
          for (const auto& commit : *batch) {
            apply(commit, filling->changes());
            told.add(commit);
            require_written(filling->step());
          }
          told.say();
        }
      }
    } catch (const UndecodableCommit&) {
      static_cast<void>(filling->finish());  // the views hold what stands before it
      throw;
    }
    require_written(filling->finish());
  }
  told.say();
  return told.done();
}

void require_written(bool written) {
  if (!written) throw std::runtime_error("the store refuses to write the views");
}

}  // namespace annals
