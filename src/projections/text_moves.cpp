#include "projections/text_moves.hpp"

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <vector>

namespace annals {
namespace {

// Rows to a portion: the more at once, the more of them share a trigram.
constexpr std::size_t kAddedMax = 4096;
constexpr std::size_t kChangedMax = 512;
constexpr std::size_t kEvictedMax = 1024;
// What is done while the lock is held: some 0.1 to 0.3 ms each.
constexpr std::size_t kTextsAtOnce = 128;
constexpr std::size_t kPairsAtOnce = 1024;
constexpr std::size_t kChangesAtOnce = 8;

template <class Table>
class TextMoves {
 public:
  TextMoves(PlatformTables& tables, Table& table, const Pause& pause) : tables_(tables), table_(table), pause_(pause) {}

  bool settle() {
    std::vector<Row> added;
    std::vector<Row> changed;
    if (settled()) return false;
    locked([&] {
      added = table_.text_index.move_in(kAddedMax);
      changed = table_.text_index.outdated(kChangedMax);
    });
    if (!added.empty()) {
      each_trigram(added, [this](Trigram one, std::vector<Row>& rows) { table_.text_index.add_rows(one, rows); });
      locked([&] { table_.text_index.moved_in(); });
    }
    in_slices(changed, kChangesAtOnce, [this](Row row) { table_.settle(row); });
    return added.size() == kAddedMax || changed.size() == kChangedMax;
  }

  bool evict(std::uint64_t bytes) {
    std::vector<Row> oldest;
    {
      const std::shared_lock lock(tables_.lock);
      oldest = table_.oldest_texts(bytes, kEvictedMax);
    }
    if (oldest.empty()) return false;
    in_slices(oldest, kTextsAtOnce, [this](Row row) { table_.evict(row); });
    return true;
  }

 private:
  bool settled() const {
    const std::shared_lock lock(tables_.lock);
    return table_.text_index.unsettled().isEmpty();
  }
  void locked(auto&& work) {
    {
      const std::unique_lock lock(tables_.lock);
      work();
    }
    pause_();
  }
  void in_slices(const std::vector<Row>& rows, std::size_t at_once, auto&& change) {
    for (std::size_t at = 0; at < rows.size(); at += at_once) {
      locked([&] {
        std::for_each_n(rows.begin() + static_cast<std::ptrdiff_t>(at), std::min(at_once, rows.size() - at), change);
      });
    }
  }
  /// Of those of the rows that move.
  void each_trigram(const std::vector<Row>& rows, auto&& move) {
    TrigramBatch batch;
    for (std::size_t at = 0; at < rows.size(); at += kTextsAtOnce) {
      const std::shared_lock lock(tables_.lock);
      for (auto i = at; i < std::min(at + kTextsAtOnce, rows.size()); ++i) {
        if (table_.text_index.moves(rows[i])) batch.add(rows[i], trigrams_of(table_.parts(rows[i])));
      }
    }
    batch.sort();
    bool more = true;
    while (more) {
      locked([&] { more = batch.next(kPairsAtOnce, move); });
    }
  }

  PlatformTables& tables_;
  Table& table_;
  const Pause& pause_;
};

}  // namespace

bool settle_texts(PlatformTables& tables, const Pause& pause) {
  bool more = TextMoves(tables, tables.persons, pause).settle();
  more = TextMoves(tables, tables.organizations, pause).settle() || more;
  return TextMoves(tables, tables.deal_titles, pause).settle() || more;
}

bool evict_texts(PlatformTables& tables, std::uint64_t bytes, const Pause& pause) {
  return TextMoves(tables, tables.persons, pause).evict(bytes) ||
         TextMoves(tables, tables.organizations, pause).evict(bytes);
}

}  // namespace annals
