#include "projections/rebuild.hpp"

#include <algorithm>
#include <stdexcept>

#include "projections/pack.hpp"
#include "projections/table_check.hpp"
#include "projections/view_ids.hpp"

namespace annals {
namespace {

/// How many bytes of commits are applied between two writes.
constexpr std::size_t kBatchBytes = 4u << 20;
/// The mark of a rebuild of all projections; no projection is called so.
constexpr std::string_view kAll = "*";

void write(ByteStore& store, ViewOverlay& changes) {
  if (!store.write(changes)) throw std::runtime_error("the store refuses to write the views");
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
using ApplyOne = std::function<void(const Commit& commit, ViewOverlay& views)>;

/// Runs through logs and writes what applying them changes, batch by batch.
class Refill {
 public:
  Refill(const CommitLog& log, ByteStore& store, const Sealer& sealer, ApplyOne apply_one,
         const RebuildProgress& progress)
      : log_(log), store_(store), sealer_(sealer), apply_(std::move(apply_one)), progress_(progress) {}

  /// From the position of each platform's `start` on.
  std::uint64_t run(const std::function<Position(PlatformId)>& start) {
    for (const auto platform : platforms_of(log_)) {
      const auto head = log_.head(platform).position.value;
      of_ += head - std::min(head, start(platform).value - 1);
    }
    for (const auto platform : platforms_of(log_)) {
      if (start(platform) <= log_.head(platform).position) run_platform(platform, start(platform));
    }
    tell();
    return done_;
  }

 private:
  void run_platform(PlatformId platform, Position from) {
    const auto cursor = log_.read(platform, from);
    auto batch = store_.overlay();
    std::size_t bytes = 0;
    while (const auto record = cursor->next()) {
      const auto commit = decoded(*record, sealer_);
      apply_(commit, *batch);
      done_ += commit.events.size();
      bytes += record->bytes.size();
      if (bytes < kBatchBytes) continue;
      write(store_, *batch);
      batch = store_.overlay();
      bytes = 0;
      tell();
    }
    write(store_, *batch);
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
  const ApplyOne apply_some = [&](const Commit& commit, ViewOverlay& views) {
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

/// The id behind a record of persons or organizations, which begins with its ordinal and its id.
std::string record_name(ViewId view, std::string_view key, std::string_view plain) {
  if (view != view::persons && view != view::organizations) return to_hex(key);
  ByteReader in(plain);
  in.varint();
  Uuid id;
  id.bytes = in.array<16>();
  return id.to_string();
}

std::string what_differs(const StoredValue& live, const StoredValue& rebuilt) {
  if (live.plain != rebuilt.plain) return "the plain part differs";
  if (live.slot != rebuilt.slot) return "it is sealed under another key";
  return "the sealed part differs";
}

/// Walks two stores' views side by side.
class Comparison {
 public:
  Comparison(const ViewReader& live, const ViewReader& rebuilt) : live_(live), rebuilt_(rebuilt) {}

  void compare(std::string_view projection, PlatformId platform, ViewId view) {
    auto live = live_.scan(platform, view, {});
    auto rebuilt = rebuilt_.scan(platform, view, {});
    const auto note = [&](const ViewCursor& at, std::string_view what) {
      differences.push_back(
          {std::string(projection), platform, record_name(view, at.key(), at.plain()), std::string(what)});
    };
    while (live->valid() || rebuilt->valid()) {
      if (!rebuilt->valid() || (live->valid() && live->key() < rebuilt->key())) {
        note(*live, "it is not in the log");
        live->next();
      } else if (!live->valid() || rebuilt->key() < live->key()) {
        note(*rebuilt, "it is missing");
        rebuilt->next();
      } else {
        if (const auto what = difference_at(*live, *rebuilt); !what.empty()) note(*live, what);
        live->next();
        rebuilt->next();
      }
    }
  }

  std::vector<ViewDifference> differences;

 private:
  /// Empty when both say the same.
  static std::string difference_at(const ViewCursor& live, const ViewCursor& rebuilt) {
    try {
      const auto have = live.value();
      const auto want = rebuilt.value();
      return have == want ? std::string() : what_differs(have, want);
    } catch (const DecodeError& error) {
      return error.what();
    }
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
  const ApplyOne apply_all = [&](const Commit& commit, ViewOverlay& views) { apply(commit, views, digester); };
  const auto start = [&](PlatformId platform) {
    return Position{applied_position(platform, store.latest()).value + 1};
  };
  return Refill(log, store, sealer, apply_all, progress).run(start);
}

std::vector<ViewDifference> check(const CommitLog& log, const ByteStore& store, ByteStore& scratch,
                                  const Sealer& sealer, const Digester& digester, const RebuildProgress& progress) {
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
  if (!comparison.differences.empty()) return std::move(comparison.differences);  // tables would only repeat them
  return compare_tables(log, store, sealer, digester);
}

}  // namespace annals
