#include "projections/loading.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <mutex>
#include <stdexcept>

#include "projections/kinds/tags.hpp"
#include "projections/projections.hpp"
#include "projections/view_ids.hpp"
#include "projections/view_keys.hpp"

namespace annals {
namespace {

constexpr std::chrono::milliseconds kTellEvery{50};

/// One table being filled, chunk by chunk from the newest on, by any number of threads.
template <class Table>
class TableLoad {
 public:
  TableLoad(const ViewReader& views, PlatformId platform, ViewId view, Table& table, LoadProgress& progress)
      : views_(views), platform_(platform), view_(view), table_(table), progress_(progress) {}

  void run(Row rows, unsigned threads) {
    rows_ = rows;
    table_.resize(rows);
    left_ = (rows + kChunkRows - 1) / kChunkRows;
    const auto workers = std::min<std::uint64_t>(threads, static_cast<std::uint64_t>(left_));
    if (workers <= 1) {
      load_chunks();
    } else {
      load_in_parallel(workers);
    }
    progress_.say();
    if (keep_from_ > 0) table_.texts.keep_from(std::max(table_.texts.oldest(), keep_from_.load()));
    table_.loaded();
  }

 private:
  void load_in_parallel(std::uint64_t workers) {
    std::vector<std::future<void>> running;
    const Stop stop_others{left_};
    for (std::uint64_t worker = 0; worker < workers; ++worker) {
      running.push_back(std::async(std::launch::async, [this] { load_chunks(); }));
    }
    for (auto& one : running) {
      while (one.wait_for(kTellEvery) != std::future_status::ready) progress_.say();
      one.get();
    }
  }

  /// When one thread fails, or whoever is told of the progress wants no more, the others take no further chunk.
  struct Stop {
    std::atomic<std::int64_t>& left;
    ~Stop() { left = 0; }
  };

  void load_chunks() {
    typename Table::Loading loading;
    for (auto chunk = --left_; chunk >= 0; chunk = --left_) {
      load_chunk(static_cast<Row>(chunk) * kChunkRows, loading);
      loading.batch.add_to(loading.trigrams);
    }
    const std::scoped_lock lock(taking_);
    table_.take(std::move(loading));
  }

  void load_chunk(Row first, typename Table::Loading& loading) {
    const auto end = first + std::min(kChunkRows, rows_ - first);
    const auto before = table_.texts.bytes();
    const bool keep = table_.texts.has_room(chunk_bytes_);
    if (!keep) raise(keep_from_, end);
    auto at = views_.scan(platform_, view_, {}, key_of(Ordinal{first}));
    for (auto row = first; row < end; ++row, at->next()) {
      if (!at->valid()) throw_missing(row);
      const auto stored = at->value();
      const auto record = unpack<typename Table::StoredRow>(stored.plain);
      if (record.ordinal.value != row) throw_missing(row);
      table_.load(record, stored.data ? &*stored.data : nullptr, keep, loading);
      if (row % 1024 == 1023) progress_.add(1024);
    }
    raise(chunk_bytes_, table_.texts.bytes() - before);
  }

  /// Rows stand where their ordinal says, so one that is missing would move all behind it.
  static void throw_missing(Row row) { throw std::runtime_error("the views miss ordinal " + std::to_string(row)); }
  template <class T>
  static void raise(std::atomic<T>& value, T to) {
    for (auto now = value.load(); now < to && !value.compare_exchange_weak(now, to);) {
    }
  }

  const ViewReader& views_;
  const PlatformId platform_;
  const ViewId view_;
  Table& table_;
  LoadProgress& progress_;
  Row rows_ = 0;
  std::atomic<std::int64_t> left_ = 0;
  std::atomic<Row> keep_from_ = 0;
  std::atomic<std::uint64_t> chunk_bytes_ = 0;  ///< no fewer than a chunk's texts took so far
  std::mutex taking_;
};

}  // namespace

void LoadProgress::say() const {
  const auto done = done_.load(std::memory_order_relaxed);
  if (tell_) tell_(done, std::max(done, of_));
}

std::uint64_t rows_of(const ViewReader& views, PlatformId platform) {
  return next_of(views, platform, view::organization_ids, Ordinal{0}).value +
         next_of(views, platform, view::person_ids, Ordinal{0}).value +
         next_of(views, platform, view::invitations, InvitationId{1}).value - 1 +
         next_assignment_id(views, platform).value - 1 + next_record_id<Deal>(views, platform).value - 1 +
         next_record_id<Activity>(views, platform).value - 1;
}

void load_tables(const ViewReader& views, PlatformId platform, PlatformTables& tables, unsigned threads,
                 LoadProgress& progress) {
  TableLoad(views, platform, view::organizations, tables.organizations, progress)
      .run(next_of(views, platform, view::organization_ids, Ordinal{0}).value, threads);
  TableLoad(views, platform, view::persons, tables.persons, progress)
      .run(next_of(views, platform, view::person_ids, Ordinal{0}).value, threads);
  for (auto at = views.scan(platform, view::invitations, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    tables.invitations.load(unpack<InvitationRow>(at->plain()));
    progress.add(1);
  }
  for (auto at = views.scan(platform, view::tags, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    const auto tag = record_of<Tag>(at->value());
    tables.tags.load(TagId{read_big_endian(at->key())}, tag ? &tag->texts : nullptr);
  }
  for (auto at = views.scan(platform, view::tag_assignments, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    const auto assignment = unpack<AssignmentRow>(at->plain());
    if (const auto host = row_of(tables, assignment.host())) {
      tables.tags.load(assignment, host->first, host->second);
    }
    progress.add(1);
  }
  // Three tables that know nothing of each other.
  const auto how = threads > 1 ? std::launch::async : std::launch::deferred;
  auto titles = std::async(how, [&] { tables.deal_titles.load(views, platform); });
  auto activities = std::async(how, [&] { tables.activities.load(views, platform); });
  tables.deals.load(views, platform);
  titles.get();
  activities.get();
  progress.add(std::uint64_t{tables.deals.size()} + tables.activities.size());
  tables.applied = applied_position(platform, views);
}

}  // namespace annals
