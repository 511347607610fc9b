#include "projections/rebuild.hpp"

#include <algorithm>
#include <ranges>
#include <set>
#include <stdexcept>

#include "core/ahead.hpp"
#include "projections/pack.hpp"
#include "projections/refill.hpp"
#include "projections/table_check.hpp"
#include "projections/view_ids.hpp"
#include "projections/view_keys.hpp"

namespace annals {
namespace {

/// The mark of a rebuild of all projections; no projection is called so.
constexpr std::string_view kAll = "*";

void write(ByteStore& store, ViewOverlay& changes) {
  require_written(store.write(changes));
}

std::vector<PlatformId> platforms_of(const CommitLog& log) {
  auto platforms = log.platforms();
  std::sort(platforms.begin(), platforms.end());  // the system platform first: answers join users and platforms
  return platforms;
}

/// Of all platforms, each from its `start` to its end. The system platform's end is looked up last, so that what the
/// commits of the others rely on lies before it.
std::vector<LogStretch> stretches(const CommitLog& log, const std::function<Position(PlatformId)>& start) {
  std::vector<LogStretch> all;
  for (const auto platform : platforms_of(log)) all.push_back({platform, start(platform), {}});
  for (auto& stretch : std::views::reverse(all)) stretch.until = log.head(stretch.platform).position;
  return all;
}

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
    if (projections.size() == 1) continue;
    store.clear(platform, view::applied);
    store.clear(platform, view::passed_over);
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
  const ApplyCommit apply_some = [&](const Commit& commit, ViewChanges& views) {
    apply_to(projections, commit, views, digester);
    if (projections.size() > 1) mark_applied(commit, views);
  };
  refill(log, stretches(log, [](PlatformId) { return Position{1}; }), store, sealer, apply_some, progress);
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
  // However they became empty: by a first start, or by a rebuild that was killed between dropping them and its mark.
  if (!hold_commits(store)) mark_shape(store);
  const ApplyCommit apply_all = [&](const Commit& commit, ViewChanges& views) { apply(commit, views, digester); };
  return refill(log, unapplied(log, store.latest()), store, sealer, apply_all, progress);
}

std::vector<LogStretch> unapplied(const CommitLog& log, const ViewReader& views) {
  return stretches(log, [&](PlatformId platform) { return Position{applied_position(platform, views).value + 1}; });
}

bool passes_over_others(const CommitLog& log, const ViewReader& views, const Quarantine& quarantine) {
  const auto platforms = log.platforms();
  return std::ranges::any_of(platforms, [&](PlatformId platform) {
    const auto applied = applied_position(platform, views);
    std::set<std::string> meant;
    for (const auto& commit : quarantine.of(platform)) {
      if (commit.last <= applied) meant.insert(key_of(commit.first));
    }
    std::set<std::string> found;
    for (auto at = views.scan(platform, view::passed_over, {}); at->valid(); at->next()) found.emplace(at->key());
    return found != meant;
  });
}

Checked check(const CommitLog& log, const ByteStore& store, ByteStore& scratch, const Sealer& sealer,
              const Digester& digester, const RebuildProgress& progress) {
  rebuild(log, scratch, sealer, digester, std::nullopt, progress);
  const auto live = store.snapshot();
  const auto rebuilt = scratch.snapshot();
  Comparison comparison(*live, *rebuilt);
  for (const auto platform : platforms_of(log)) {
    comparison.compare("applied position", platform, view::applied);
    comparison.compare("quarantine", platform, view::passed_over);
    for (const auto& projection : all_projections()) {
      for (const auto view : projection.views) comparison.compare(projection.name, platform, view);
    }
  }
  auto found = std::move(comparison.found);
  if (found.differences.empty()) found.differences = compare_tables(log, store, sealer, digester);  // else they repeat
  return found;
}

}  // namespace annals
