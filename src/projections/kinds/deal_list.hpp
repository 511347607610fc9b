#pragma once

#include <array>

#include "projections/kinds/deals.hpp"
#include "projections/kinds/listed_kind.hpp"
#include "projections/matching.hpp"

namespace annals {

struct DealList : ListedKind<Deal, DealFilter, DealMatching> {
  DealList(const RecordReading& from, const DealFilter& asked) : ListedKind(from, asked) {
    needles = search_terms(asked.search);
  }

  static const DealTitles& table(const PlatformTables& tables) { return tables.deal_titles; }
  static Watches& watches(const PlatformTables& tables) { return tables.deals.watches; }
  /// Descriptions are searched too.
  static const RowSet& read_for(const PlatformTables& tables) { return tables.deal_titles.described; }

  bool by_name() const { return ordering_part().has_value(); }
  std::optional<std::size_t> ordering_part() const {
    return filter.order == DealOrder::title ? std::optional<std::size_t>(0) : std::nullopt;
  }
  bool by_sets() const {
    return filter.order == DealOrder::created_at && !filter.expected_close_date_gte && !filter.expected_close_date_lte;
  }
  bool keeps(const PlatformTables& tables, Row row) const {
    return is_within(filter.expected_close_date_gte, filter.expected_close_date_lte,
                     tables.deals.plain[row].expected_close_date);
  }
  std::uint64_t key(const PlatformTables& tables, Row row) const {
    const auto& deals = tables.deals;
    switch (filter.order) {
      case DealOrder::created_at:
        return row;
      case DealOrder::updated_at:
        return key_of(deals.updated_at[row]);
      case DealOrder::title:
        return tables.deal_titles.prefixes[row];
      case DealOrder::lead_value:
        return key_of(deals.plain[row].lead_value.hundredths);
      case DealOrder::expected_close_date: {
        const auto& day = deals.plain[row].expected_close_date;
        return key_of(day ? std::optional<Timestamp>(day->date) : std::nullopt);
      }
      case DealOrder::status:
        return place_by_name(deals.plain[row].status, std::array{DealStatus::open, DealStatus::won, DealStatus::lost});
    }
    return 0;
  }
  bool has_stored(const ViewReader& views, Row row) const {
    const auto deal = read_record<Deal>(views, matching.platform, DealTable::id_at(row));
    return deal && are_all_in(needles, {deal->texts.title, deal->texts.description});
  }
};

}  // namespace annals
