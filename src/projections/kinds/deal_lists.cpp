#include "projections/kinds/deals.hpp"
#include "projections/kinds/listed_kind.hpp"
#include "projections/matching.hpp"

namespace annals {
namespace {

struct DealList : ListedKind<Deal, DealFilter, DealMatching> {
  DealList(const RecordReading& from, const DealFilter& asked) : ListedKind(from, asked) {
    if (SearchedText text(asked.search); !text.none()) needles.push_back(std::move(text));
  }

  static const DealTitles& table(const PlatformTables& tables) { return tables.deal_titles; }
  static Watches& watches(const PlatformTables& tables) { return tables.deals.watches; }
  /// Descriptions are searched too.
  static const RowSet& read_for(const PlatformTables& tables) { return tables.deal_titles.described; }

  bool by_name() const { return filter.order == DealOrder::title; }
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
    }
    return 0;
  }
  bool has_stored(const ViewReader& views, Row row) const {
    const auto deal = read_record<Deal>(views, matching.platform, DealTable::id_at(row));
    return deal && needles.front().in(deal->texts.description);
  }
};

}  // namespace

Result<Page> list_deals(const RecordReading& from, const DealFilter& filter, const PageRequest& request) {
  return read_then(from, [&](const RecordReading& reading) {
    return page_of(context_of(reading), DealList(reading, filter), request);
  });
}

bool takes_long(const RecordReading& from, const DealFilter& filter) {
  return is_long(context_of(from), DealList(from, filter));
}

}  // namespace annals
