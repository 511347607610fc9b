#include "projections/rebuild.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/ahead.hpp"
#include "projections/pack.hpp"
#include "projections/table_check.hpp"
#include "projections/view_ids.hpp"

namespace annals {
namespace {

/// How many bytes of commits are decoded before they are handed to where they are applied, and how often ahead of it.
constexpr std::size_t kBatchBytes = 64u << 10;
constexpr std::size_t kBatchesAhead = 16;
constexpr std::size_t kPortionBytes = 64u << 20;  ///< of changes, between two writes
/// The mark of a rebuild of all projections; no projection is called so.
constexpr std::string_view kAll = "*";

void require(bool written) {
  if (!written) throw std::runtime_error("the store refuses to write the views");
}

void write(ByteStore& store, ViewOverlay& changes) {
  require(store.write(changes));
}

std::vector<PlatformId> platforms_of(const CommitLog& log) {
  auto platforms = log.platforms();
  std::sort(platforms.begin(), platforms.end());  // the system platform first: answers join users and platforms
  return platforms;
}

Commit decoded(const CommitRecord& record, const Sealer& sealer) {
  try {
    return decode_commit(record.bytes, sealer);
  } catch (const DecodeError& error) {
    throw LogDamage(record.frame.platform, record.frame.first, error.what());
  }
}

/// Applies what is to be applied of one commit.
using ApplyOne = std::function<void(const Commit& commit, ViewChanges& views)>;

/// One platform's commits, verified and decoded on a thread of their own.
class DecodedLog {
 public:
  using Batch = std::vector<Commit>;

  DecodedLog(const CommitLog& log, PlatformId platform, Position from, const Sealer& sealer)
      : cursor_(log.read(platform, from)), sealer_(sealer), ahead_(kBatchesAhead, [this] { return decode_batch(); }) {}
  /// nullopt at the end. Throws LogDamage.
  std::optional<Batch> next() { return ahead_.next(); }

 private:
  std::optional<Batch> decode_batch() {
    Batch batch;
    for (std::size_t bytes = 0; bytes < kBatchBytes;) {
      const auto record = cursor_->next();
      if (!record) break;
      batch.push_back(decoded(*record, sealer_));
      bytes += record->bytes.size();
    }
    return batch.empty() ? std::nullopt : std::optional(std::move(batch));
  }

  std::unique_ptr<CommitCursor> cursor_;
  const Sealer& sealer_;
  Ahead<Batch> ahead_;  ///< last: its thread uses the cursor
};

/// Runs through logs and writes what applying them changes. Reading, decoding, applying and writing each have a thread.
class Refill {
 public:
  Refill(const CommitLog& log, ByteStore& store, const Sealer& sealer, ApplyOne apply_one,
         const RebuildProgress& progress)
      : log_(log), store_(store), sealer_(sealer), apply_(std::move(apply_one)), progress_(progress) {}

  /// From the position of each platform's `start` on.
  std::uint64_t run(const std::function<Position(PlatformId)>& start) {
    std::vector<std::pair<PlatformId, Position>> behind;
    for (const auto platform : platforms_of(log_)) {
      const auto head = log_.head(platform).position;
      const auto from = start(platform);
      if (from > head) continue;
      behind.emplace_back(platform, from);
      of_ += head.value - from.value + 1;
    }
    if (!behind.empty()) fill(behind);
    tell();
    return done_;
  }

 private:
  void fill(const std::vector<std::pair<PlatformId, Position>>& behind) {
    const auto filling = store_.fill(kPortionBytes);
    for (const auto& [platform, from] : behind) {
      DecodedLog log(log_, platform, from, sealer_);
      while (const auto batch = log.next()) {
        for (const auto& commit : *batch) {
          apply_(commit, filling->changes());
          done_ += commit.events.size();
          require(filling->step());
        }
        tell();
      }
    }
    require(filling->finish());
  }
  void tell() const {
    if (progress_) progress_(done_, of_);
  }

  const CommitLog& log_;
  ByteStore& store_;
  const Sealer& sealer_;
  const ApplyOne apply_;
  const RebuildProgress& progress_;
  std::uint64_t done_ = 0;
  std::uint64_t of_ = 0;
};

const Projection* find_projection(std::string_view name) {
  const auto all = all_projections();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Projection& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

/// The projections of one rebuild; all of them when one cannot be refilled alone.
std::span<const Projection> projections_of(std::string_view mark) {
  if (mark == kAll) return all_projections();
  const auto* one = find_projection(mark);
  if (one == nullptr) throw std::runtime_error("there is no projection " + std::string(mark));
  return one->reads_others ? all_projections() : std::span(one, 1);
}

void drop(const CommitLog& log, ByteStore& store, std::span<const Projection> projections) {
  for (const auto platform : platforms_of(log)) {
    for (const auto& projection : projections) {
      for (const auto view : projection.views) store.clear(platform, view);
    }
    if (projections.size() > 1) store.clear(platform, view::applied);
  }
}

/// When views lag behind the log, one of them refilled to its end would be given the rest a second time.
bool views_lag(const CommitLog& log, const ByteStore& store) {
  const auto platforms = platforms_of(log);
  return std::any_of(platforms.begin(), platforms.end(), [&](PlatformId platform) {
    return applied_position(platform, store.latest()) != log.head(platform).position;
  });
}

void put_shape(ViewOverlay& views) {
  views.put(kSystemPlatform, view::shape, {}, pack(kViewsShape));
}

void rebuild_marked(const CommitLog& log, ByteStore& store, const Sealer& sealer, const Digester& digester,
                    std::string_view mark, const RebuildProgress& progress) {
  const bool all = views_lag(log, store) || in_other_shape(store);
  const auto projections = all ? all_projections() : projections_of(mark);
  drop(log, store, projections);
  const ApplyOne apply_some = [&](const Commit& commit, ViewChanges& views) {
    for (const auto& projection : projections) projection.apply(commit, views, digester);
    if (projections.size() > 1) mark_applied(commit, views);
  };
  Refill(log, store, sealer, apply_some, progress).run([](PlatformId) { return Position{1}; });
  const auto done = store.overlay();
  done->erase(kSystemPlatform, view::rebuilds, mark);
  if (projections.size() > 1) put_shape(*done);
  write(store, *done);
}

bool hold_commits(const ByteStore& store) {
  return applied_position(kSystemPlatform, store.latest()).value > 0;  // the first commit of all is the system's
}

std::vector<std::string> marks(const ByteStore& store) {
  std::vector<std::string> found;
  for (auto at = store.latest().scan(kSystemPlatform, view::rebuilds, {}); at->valid(); at->next()) {
    found.emplace_back(at->key());
  }
  return found;
}

std::string what_differs(const StoredValue& live, const StoredValue& rebuilt) {
  if (live.plain != rebuilt.plain) return "the plain part differs";
  if (live.slot != rebuilt.slot) return "it is sealed under another key";
  return "the sealed part differs";
}

/// One view of one store from its first key to its last, opened; a large one on a thread of its own.
class OpenedView {
 public:
  struct Record {
    std::string key;
    StoredValue value;
    std::string fault;  ///< why the value cannot be read; empty: it can
  };

  OpenedView(const ViewReader& views, PlatformId platform, ViewId view)
      : cursor_(views.scan(platform, view, {})), batch_(read_batch()) {
    if (batch_.size() == kBatchRecords) {
      ahead_.emplace(kOpenedAhead, [this]() -> std::optional<Batch> {
        auto batch = read_batch();
        return batch.empty() ? std::nullopt : std::optional(std::move(batch));
      });
    }
  }
  /// nullptr behind the last one.
  const Record* at() const { return at_ < batch_.size() ? &batch_[at_] : nullptr; }
  void next() {
    if (++at_ < batch_.size() || !ahead_) return;
    batch_ = ahead_->next().value_or(Batch());
    at_ = 0;
  }

 private:
  using Batch = std::vector<Record>;
  static constexpr std::size_t kBatchRecords = 64;
  static constexpr std::size_t kOpenedAhead = 8;

  Batch read_batch() {
    Batch batch;
    for (; cursor_->valid() && batch.size() < kBatchRecords; cursor_->next()) batch.push_back(read());
    return batch;
  }
  Record read() const {
    Record record{std::string(cursor_->key()), {}, {}};
    try {
      record.value = cursor_->value();
    } catch (const DecodeError& error) {
      record.fault = error.what();
    }
    return record;
  }

  std::unique_ptr<ViewCursor> cursor_;
  Batch batch_;
  std::size_t at_ = 0;
  std::optional<Ahead<Batch>> ahead_;  ///< last: its thread uses the cursor
};

/// Walks two stores' views side by side.
class Comparison {
 public:
  Comparison(const ViewReader& live, const ViewReader& rebuilt) : live_(live), rebuilt_(rebuilt) {}

  void compare(std::string_view projection, PlatformId platform, ViewId view) {
    OpenedView live(live_, platform, view);
    OpenedView rebuilt(rebuilt_, platform, view);
    const auto note = [&](const OpenedView::Record& record, std::string_view what) {
      found.differences.push_back({std::string(projection), platform, record_name(view, record), std::string(what)});
    };
    for (; live.at() != nullptr || rebuilt.at() != nullptr; ++found.records) {
      const auto* have = live.at();
      const auto* want = rebuilt.at();
      if (want == nullptr || (have != nullptr && have->key < want->key)) {
        note(*have, "it is not in the log");
        live.next();
      } else if (have == nullptr || want->key < have->key) {
        note(*want, "it is missing");
        rebuilt.next();
      } else {
        if (const auto what = difference(*have, *want); !what.empty()) note(*have, what);
        live.next();
        rebuilt.next();
      }
    }
  }

  Checked found;

 private:
  /// Empty when both say the same.
  static std::string difference(const OpenedView::Record& have, const OpenedView::Record& want) {
    if (!have.fault.empty()) return have.fault;
    if (!want.fault.empty()) return want.fault;
    return have.value == want.value ? std::string() : what_differs(have.value, want.value);
  }
  /// The id behind a record of persons or organizations, which begins with its ordinal and its id.
  static std::string record_name(ViewId view, const OpenedView::Record& record) {
    const bool has_id = (view == view::persons || view == view::organizations) && record.fault.empty();
    if (!has_id) return to_hex(record.key);
    ByteReader in(record.value.plain);
    in.varint();
    Uuid id;
    id.bytes = in.array<16>();
    return id.to_string();
  }
  const ViewReader& live_;
  const ViewReader& rebuilt_;
};

}  // namespace

bool is_projection(std::string_view name) {
  return find_projection(name) != nullptr;
}

bool in_other_shape(const ByteStore& store) {
  const auto shape = store.latest().get_plain(kSystemPlatform, view::shape, {});
  return shape ? unpack<std::uint64_t>(*shape) != kViewsShape : hold_commits(store);
}

void mark_shape(ByteStore& store) {
  const auto marked = store.overlay();
  put_shape(*marked);
  write(store, *marked);
}

void rebuild(const CommitLog& log, ByteStore& store, const Sealer& sealer, const Digester& digester,
             std::optional<std::string_view> projection, const RebuildProgress& progress) {
  const std::string mark(projection.value_or(kAll));
  projections_of(mark);  // throws before anything is dropped
  const auto begun = store.overlay();
  begun->put(kSystemPlatform, view::rebuilds, mark, {});
  write(store, *begun);
  rebuild_marked(log, store, sealer, digester, mark, progress);
}

bool rebuild_pending(const ByteStore& store) {
  return !marks(store).empty();
}

void finish_rebuild(const CommitLog& log, ByteStore& store, const Sealer& sealer, const Digester& digester,
                    const RebuildProgress& progress) {
  for (const auto& mark : marks(store)) rebuild_marked(log, store, sealer, digester, mark, progress);
}

std::uint64_t catch_up(const CommitLog& log, ByteStore& store, const Sealer& sealer, const Digester& digester,
                       const RebuildProgress& progress) {
  const ApplyOne apply_all = [&](const Commit& commit, ViewChanges& views) { apply(commit, views, digester); };
  const auto start = [&](PlatformId platform) {
    return Position{applied_position(platform, store.latest()).value + 1};
  };
  return Refill(log, store, sealer, apply_all, progress).run(start);
}

Checked check(const CommitLog& log, const ByteStore& store, ByteStore& scratch, const Sealer& sealer,
              const Digester& digester, const RebuildProgress& progress) {
  rebuild(log, scratch, sealer, digester, std::nullopt, progress);
  const auto live = store.snapshot();
  const auto rebuilt = scratch.snapshot();
  Comparison comparison(*live, *rebuilt);
  for (const auto platform : platforms_of(log)) {
    comparison.compare("applied position", platform, view::applied);
    for (const auto& projection : all_projections()) {
      for (const auto view : projection.views) comparison.compare(projection.name, platform, view);
    }
  }
  auto found = std::move(comparison.found);
  if (found.differences.empty()) found.differences = compare_tables(log, store, sealer, digester);  // else they repeat
  return found;
}

}  // namespace annals
