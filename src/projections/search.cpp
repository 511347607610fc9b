#include "projections/search.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "projections/agreement.hpp"
#include "projections/indexes/candidate_search.hpp"
#include "projections/indexes/words.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/kinds/kind_lists.hpp"
#include "projections/listed_records.hpp"

namespace annals {
namespace {

/// In the order of ranking, which is that of Anchor.
constexpr std::array kRanks = {Anchor::text, Anchor::word, Anchor::nowhere};

std::optional<Anchor> rank_in(std::string_view folded, std::string_view needle) {
  auto at = folded.find(needle);
  if (at == std::string_view::npos) return std::nullopt;
  if (at == 0) return Anchor::text;
  for (; at != std::string_view::npos; at = folded.find(needle, at + 1)) {
    if (word_begins(folded, at)) return Anchor::word;
  }
  return Anchor::nowhere;
}

/// The best of some texts.
std::optional<Anchor> rank_in(const std::vector<std::string>& texts, std::string_view needle) {
  std::optional<Anchor> best;
  for (const auto& text : texts) {
    const auto rank = rank_in(text, needle);
    if (rank && (!best || *rank < *best)) best = rank;
  }
  return best;
}

using Rows = std::vector<Row>;
struct SearchedPersons {
  static const PersonTable& table(const PlatformTables& tables) { return tables.persons; }
  static bool shows(const PersonParts& parts) { return part(parts, PersonPart::merged_into).empty(); }
  static constexpr auto json = listed_json<PersonList>;
};

struct SearchedOrganizations {
  static const OrganizationTable& table(const PlatformTables& tables) { return tables.organizations; }
  static bool shows(const OrganizationParts&) { return true; }
  static constexpr auto json = listed_json<OrganizationList>;
};

struct SearchedDeals {
  static const DealTitles& table(const PlatformTables& tables) { return tables.deal_titles; }
  static bool shows(const DealParts&) { return true; }
};

/// The best records of one table.
template <class Searched>
class RankedSearch {
 public:
  /// `needle` is folded and not empty.
  RankedSearch(const ListContext& context, std::string_view needle, std::uint64_t limit)
      : context_(context), needle_(needle), limit_(limit) {}

  /// What `json(tables, rows, agreement, lock)` makes of them under the tables' lock, which it may let go of; it gives
  /// nullopt to be asked again.
  std::string results(auto&& json) {
    for (Agreement agreement(context_.store, context_.platform);; agreement.pause()) {
      tables_ = context_.tables();
      gather();
      TablesLock lock(tables_->lock);
      if (tables_->replaced) continue;
      if (auto shown = json(*tables_, best(), agreement, lock)) return *std::move(shown);
    }
  }

 private:
  static constexpr std::size_t kTextsAtOnce = 128;  ///< are looked at while the lock is held
  static constexpr std::uint64_t kSpare = 16;       ///< for those that others change meanwhile

  struct Hit {
    Anchor rank;
    Row row;
    bool operator<(const Hit& other) const { return rank != other.rank ? rank < other.rank : row > other.row; }
  };

  const auto& table() const { return Searched::table(*tables_); }
  std::uint64_t wanted() const { return limit_ + kSpare; }
  std::uint64_t count_better(Anchor rank) const {
    return static_cast<std::uint64_t>(std::ranges::count_if(hits_, [rank](const Hit& hit) { return hit.rank < rank; }));
  }

  /// The best of all and, of a rank that not all of can be among them, the newest.
  void gather() {
    hits_.clear();
    looked_at_ = Roaring();
    for (const auto rank : kRanks) {
      if (count_better(rank) >= wanted()) break;
      look_at_unsettled();
      CandidateSearch search(needle_, Scope::ranking, rank);
      bool more = true;
      while (more) {
        const std::shared_lock lock(tables_->lock);
        more = search.step(table().text_index.trigrams());
      }
      look_at_unsettled();
      look_at(search.rows() - looked_at_, rank, wanted() - count_better(rank));
    }
    std::ranges::sort(hits_, std::less());
    if (hits_.size() > wanted()) hits_.resize(wanted());
  }

  /// What the trigrams do not know of yet: before they are asked, since they may know of it when they have been, and
  /// afterwards, since it may have been changed meanwhile.
  void look_at_unsettled() {
    Roaring rows;
    {
      const std::shared_lock lock(tables_->lock);
      rows = table().text_index.unsettled();
    }
    look_at(rows - looked_at_, std::nullopt, 0);
  }

  /// Newest first, until so many of this rank are found, or at all.
  void look_at(const Roaring& rows, std::optional<Anchor> rank, std::uint64_t enough) {
    std::uint64_t found = 0;
    roaring_uint32_iterator_t at;
    roaring_init_iterator_last(&rows.roaring, &at);
    while (at.has_value && !(rank && found >= enough)) {
      const std::shared_lock lock(tables_->lock);
      for (std::size_t texts = 0; texts < kTextsAtOnce && at.has_value; ++texts) {
        const auto has = rank_at(at.current_value);
        if (has) hits_.push_back({*has, at.current_value});
        if (has && has == rank) ++found;
        looked_at_.add(at.current_value);
        roaring_previous_uint32_iterator(&at);
      }
    }
  }

  std::optional<Anchor> rank_at(Row row) const {
    if (!table().texts.has(row)) return std::nullopt;
    const auto parts = table().parts(row);
    return Searched::shows(parts) ? rank_in(ranked_texts(parts), needle_) : std::nullopt;
  }

  /// As they are now.
  Rows best() const {
    std::vector<Hit> now;
    for (const auto& hit : hits_) {
      if (const auto rank = rank_at(hit.row)) now.push_back({*rank, hit.row});
    }
    std::ranges::sort(now, std::less());
    Rows rows;
    for (const auto& hit : now) {
      if (rows.size() < limit_) rows.push_back(hit.row);
    }
    return rows;
  }

  const ListContext& context_;
  const std::string_view needle_;
  const std::uint64_t limit_;
  std::shared_ptr<PlatformTables> tables_;
  std::vector<Hit> hits_;
  Roaring looked_at_;
};

template <class Searched>
std::string found_in(const ListContext& context, std::string_view needle, std::uint64_t limit) {
  return RankedSearch<Searched>(context, needle, limit)
      .results([&](const PlatformTables& tables, const Rows& rows, Agreement& agreement, TablesLock& lock) {
        return Searched::json(context, tables, rows, agreement, lock);
      });
}

std::string found_deals(const ListContext& context, std::string_view needle, std::uint64_t limit, Timestamp now) {
  return RankedSearch<SearchedDeals>(context, needle, limit)
      .results([&](const PlatformTables& tables, const Rows& rows, Agreement& agreement,
                   TablesLock& lock) -> std::optional<std::string> {
        const auto views = agreement.views(tables);
        if (!views) return std::nullopt;
        lock.unlock();
        std::vector<DealId> ids;
        for (const auto row : rows) ids.push_back(DealTitles::id_at(row));
        return records_json<Deal>(*views, context.platform, ids, now);
      });
}

}  // namespace

FoundRecords search_records(const ListContext& context, const SearchRequest& request, Timestamp now) {
  const SearchedText searched(request.text);
  FoundRecords found;
  if (request.persons) found.persons = "[]";
  if (request.organizations) found.organizations = "[]";
  if (request.deals) found.deals = "[]";
  if (searched.none()) return found;
  const std::string_view needle = searched.folded();
  if (request.persons) found.persons = found_in<SearchedPersons>(context, needle, request.limit);
  if (request.organizations) found.organizations = found_in<SearchedOrganizations>(context, needle, request.limit);
  if (request.deals) found.deals = found_deals(context, needle, request.limit, now);
  return found;
}

}  // namespace annals
