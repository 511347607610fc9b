#pragma once

#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>

#include "projections/agreement.hpp"
#include "projections/indexes/candidate_search.hpp"
#include "projections/listed_records.hpp"
#include "projections/ordered_window.hpp"

namespace annals {

/// Lists of records with texts in memory, which a search looks through.
template <class List>
concept HasTexts = requires(const PlatformTables& tables) { List::table(tables).text_index; };
/// Lists that keep only some of the records in their sets.
template <class List>
concept LooksAtRows = requires(const List& list, const PlatformTables& tables, Row row) { list.keeps(tables, row); };
/// Lists whose searches look through texts, too, that only the views have, of the records in `read_for`.
template <class List>
concept ReadsRecords = requires(const List& list, const ViewReader& views, const PlatformTables& tables, Row row) {
  List::read_for(tables);
  list.has_stored(views, row);
};

/// Whether no column says how the text begins that puts the list in order: `key` reads it.
template <class List>
bool keys_from_texts(const List& list) {
  if constexpr (requires { list.keys_from_texts(); }) return list.keys_from_texts();
  return false;
}

/// A list that takes a look at every record that its filters leave, slice by slice, letting writers in between. What
/// they change meanwhile is watched, and looked at again in the end: so all of the answer is of one moment, the last.
template <class List>
class GradualList {
 public:
  GradualList(const ListContext& context, const List& list, const PageRequest& request)
      : context_(context), list_(list), request_(request), window_(window_of(request)) {}

  Result<Page> page() {
    constexpr std::uint64_t kMargin = 256;
    for (auto margin = kMargin;; margin *= 8) {
      begin();
      const WatchGuard guard(*this);
      find_candidates();
      OrderedWindow shown({list_.by_name(), descending()}, window_, margin);
      shown.select(gather(), [this](std::span<Ranked> records) { read_names(records); });
      if (auto page = settle(shown)) return *std::move(page);
    }
  }

  /// What `answer(tables, rows, agreement, lock)` gives of all rows of the list, ascending, at one moment; it is asked
  /// again while it gives nullopt.
  auto rows_then(auto&& answer) {
    for (;;) {
      begin();
      const WatchGuard guard(*this);
      find_candidates();
      AllRows shown;
      for (const auto& one : gather()) shown.rows.add(one.row);
      for (Agreement agreement(context_.store, context_.platform);; agreement.pause()) {
        TablesLock lock(tables_->lock);
        if (tables_->replaced) break;
        if (!catch_up(agreement, shown)) continue;
        if (auto given = answer(std::as_const(*tables_), shown.rows, agreement, lock)) return *std::move(given);
      }
    }
  }

 private:
  using Keyed = OrderedWindow::Keyed;
  // What is done while the lock is held.
  static constexpr Row kKeysAtOnce = 1 << 14;
  static constexpr std::size_t kTextsAtOnce = 512;
  static constexpr std::size_t kNamesAtOnce = 512;
  static constexpr std::size_t kChangesAtOnce = 64;

  struct AllRows {
    Roaring rows;
    void remove(Row row) { rows.remove(row); }
    void insert(const Ranked& record) { rows.add(record.row); }
  };

  class WatchGuard {
   public:
    explicit WatchGuard(GradualList& list) : list_(list) {}
    ~WatchGuard() {
      const std::shared_lock lock(list_.tables_->lock);
      List::watches(*list_.tables_).remove(list_.watch_);
    }
    WatchGuard(const WatchGuard&) = delete;
    WatchGuard& operator=(const WatchGuard&) = delete;

   private:
    GradualList& list_;
  };

  bool descending() const { return list_.filter.descending; }
  bool has_text() const { return !list_.needles.empty(); }
  const auto& table() const { return List::table(*tables_); }

  /// The moment from which on changes are watched.
  void begin() {
    for (;;) {
      tables_ = context_.tables();
      const std::shared_lock lock(tables_->lock);
      if (tables_->replaced) continue;
      watch_.changed.clear();
      List::watches(*tables_).add(watch_);
      size_ = table().size();
      if constexpr (HasTexts<List>) unsettled_ = table().text_index.unsettled();
      return;
    }
  }

  /// Of the rows whose texts are settled from `begin` to the end of this; the texts of others are looked at.
  void find_candidates() {
    if constexpr (HasTexts<List>) find_in_trigrams();
  }

  void find_in_trigrams() {
    exact_ = true;
    for (const auto& needle : list_.needles) {
      CandidateSearch search(needle.folded());
      for (bool more = true; more;) {
        const std::shared_lock lock(tables_->lock);
        more = search.step(table().text_index.trigrams());
      }
      if (&needle == &list_.needles.front()) {
        candidates_ = search.rows();
      } else {
        candidates_ &= search.rows();
      }
      exact_ = exact_ && needle.folded().size() <= CandidateSearch::kExactBytes;
    }
    const std::shared_lock lock(tables_->lock);
    unsettled_ |= table().text_index.unsettled();
    candidates_ -= unsettled_;
  }

  Conjunction conjunction() const {
    auto all = list_.matching.in(*tables_);
    if (request_.before) all.until(request_.before->value);
    return all;
  }

  std::vector<Keyed> gather() {
    std::vector<Keyed> found;
    const auto at_once = rows_at_once();
    for (Row base = 0; base < size_; base += std::min(at_once, size_ - base)) {
      const auto end = base + std::min(at_once, size_ - base);
      if (has_text()) {
        search(base, end, found);
      } else {
        append_keyed(base, end, [](Conjunction&) {}, found);
      }
    }
    return found;
  }

  /// All in one, when few of them can be in the list.
  Row rows_at_once() const {
    const auto looked_at = keys_from_texts(list_) ? Row{kTextsAtOnce} : kKeysAtOnce;
    const std::shared_lock lock(tables_->lock);
    return conjunction().count_max() <= looked_at ? std::max(size_, looked_at) : looked_at;
  }

  void search(Row first, Row end, std::vector<Keyed>& found) {
    const auto before = found.size();
    if constexpr (HasTexts<List>) {
      std::vector<Keyed> doubtful;
      append_keyed(first, end, [this](Conjunction& all) { all.all_of(unsettled_); }, doubtful);
      append_keyed(first, end, [this](Conjunction& all) { all.all_of(candidates_); }, exact_ ? found : doubtful);
      keep_matching(doubtful, found);
    }
    if constexpr (ReadsRecords<List>) read_others(first, end, before, found);
  }

  void append_keyed(Row first, Row end, auto&& narrow, std::vector<Keyed>& out) {
    if (first >= end) return;
    slice_rows_.clear();
    slice_.clear();
    {
      const std::shared_lock lock(tables_->lock);
      auto all = conjunction();
      narrow(all);
      all.append_rows(first, end, slice_rows_);
      for (const auto row : slice_rows_) {
        if (keeps(row)) slice_.push_back({list_.key(*tables_, row), row});
      }
    }
    out.insert(out.end(), slice_.begin(), slice_.end());
  }

  bool keeps(Row row) const {
    if constexpr (LooksAtRows<List>) {
      return list_.keeps(*tables_, row);
    } else {
      return true;
    }
  }

  /// Reads of the slice what was not found, from `found[from]` on, by the texts in memory.
  void read_others(Row first, Row end, std::size_t from, std::vector<Keyed>& found) {
    std::vector<Row> seen;
    for (auto at = from; at < found.size(); ++at) seen.push_back(found[at].row);
    std::sort(seen.begin(), seen.end());
    std::vector<Keyed> others;
    append_keyed(first, end, [this](Conjunction& all) { all.all_of(List::read_for(*tables_)); }, others);
    for (const auto& other : others) {
      const bool is_new = !std::binary_search(seen.begin(), seen.end(), other.row);
      if (is_new && list_.has_stored(context_.store.latest(), other.row)) found.push_back(other);
    }
  }

  /// Appends those of `doubtful` whose texts have what is searched for.
  void keep_matching(const std::vector<Keyed>& doubtful, std::vector<Keyed>& out) const {
    for (std::size_t at = 0; at < doubtful.size(); at += kTextsAtOnce) {
      const std::shared_lock lock(tables_->lock);
      for (std::size_t i = at; i < std::min(at + kTextsAtOnce, doubtful.size()); ++i) {
        const auto row = doubtful[i].row;
        if (table().texts.has(row) && have_all(list_.needles, table().parts(row))) out.push_back(doubtful[i]);
      }
    }
  }

  void read_names(std::span<Ranked> records) const {
    for (std::size_t at = 0; at < records.size(); at += kNamesAtOnce) {
      const std::shared_lock lock(tables_->lock);
      for (auto& record : records.subspan(at, std::min(kNamesAtOnce, records.size() - at))) {
        record.name = name_at(record.row);
      }
    }
  }

  /// What has no texts has an empty one.
  std::string name_at(Row row) const {
    if constexpr (HasTexts<List>) {
      if (table().texts.has(row)) return ordering_text(list_, table().parts(row));
    }
    return {};
  }

  /// Looks again at what was changed, and answers; nullopt when so much was that the margin does not bear it, or all
  /// was replaced.
  std::optional<Result<Page>> settle(OrderedWindow& shown) {
    for (Agreement agreement(context_.store, context_.platform);; agreement.pause()) {
      TablesLock lock(tables_->lock);
      if (tables_->replaced) return std::nullopt;
      if (!catch_up(agreement, shown)) continue;
      if (is_past_end(request_, shown.count())) return std::unexpected(Problem(ProblemCode::invalid_page));
      const auto rows = shown.rows();
      if (!rows) return std::nullopt;
      Page page{shown.count(), {}, request_.before.value_or(Ordinal{table().size()})};
      auto results = list_.results(context_, *tables_, *rows, agreement, lock);
      if (!results) continue;
      page.results = *std::move(results);
      return page;
    }
  }

  /// Looks again at some of what was changed; false: it has to be tried again.
  bool catch_up(Agreement& agreement, auto& shown) {
    std::shared_ptr<const ViewReader> views;
    if constexpr (ReadsRecords<List>) {
      if (has_text()) views = agreement.views(*tables_);
      if (has_text() && !views) return false;
    }
    const auto until = static_cast<std::ptrdiff_t>(std::min(watch_.changed.size(), kChangesAtOnce));
    const std::vector<Row> changed(watch_.changed.begin(), watch_.changed.begin() + until);
    const auto all = conjunction();
    for (const auto row : changed) look_again(row, all, views.get(), shown);
    watch_.changed.erase(watch_.changed.begin(), watch_.changed.begin() + until);
    return watch_.changed.empty();
  }

  /// `views`: where the list reads records.
  void look_again(Row row, const Conjunction& all, const ViewReader* views, auto& shown) const {
    shown.remove(row);
    if (!all.contains(row) || !keeps(row)) return;
    if (has_text() && !has_searched(row, views)) return;
    shown.insert({list_.key(*tables_, row), row, list_.by_name() ? name_at(row) : std::string()});
  }

  bool has_searched(Row row, const ViewReader* views) const {
    if constexpr (HasTexts<List>) {
      if (table().texts.has(row) && have_all(list_.needles, table().parts(row))) return true;
    }
    if constexpr (ReadsRecords<List>) {
      return List::read_for(*tables_).contains(row) && list_.has_stored(*views, row);
    }
    return false;
  }

  const ListContext& context_;
  const List& list_;
  const PageRequest& request_;
  const Window window_;
  std::shared_ptr<PlatformTables> tables_;
  Watch watch_;
  Row size_ = 0;
  std::vector<Row> slice_rows_;  ///< of one slice; kept so that none allocates while it holds the lock
  std::vector<Keyed> slice_;
  Roaring candidates_;  ///< of all needles
  Roaring unsettled_;   ///< whose texts must be looked at
  bool exact_ = true;   ///< the candidates have what is searched for
};

}  // namespace annals
