#include <algorithm>
#include <compare>
#include <limits>
#include <span>
#include <unordered_map>

#include "projections/case_folding.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/kinds/kind_lists.hpp"
#include "projections/kinds/kind_rows.hpp"
#include "projections/kinds/lead_sources.hpp"
#include "projections/records.hpp"
#include "projections/tag_assignments.hpp"

namespace annals {
namespace {

using DealRow = RecordRow<Deal>;

/// A deal that the filters leave, and where it stands in the list.
struct ListedDeal {
  DealId id;
  std::int64_t key = 0;
};
using Titles = std::unordered_map<DealId, std::string>;

template <class T>
bool within(const std::optional<T>& first, const std::optional<T>& last, const std::optional<T>& value) {
  if (!first && !last) return true;
  return value && (!first || *first <= *value) && (!last || *value <= *last);
}

/// What the rows alone decide. `metadata_key` is the digest of the filter's.
bool matches(const DealFilter& filter, const std::optional<Digest128>& metadata_key, const DealRow& row) {
  const auto& plain = row.plain;
  return (!filter.status || *filter.status == plain.status) &&
         (!filter.pipeline || *filter.pipeline == plain.pipeline) && (!filter.stage || *filter.stage == plain.stage) &&
         (!filter.person || *filter.person == plain.person) && is_wanted(filter.owner, plain.owner) &&
         is_wanted(filter.source, plain.source) && is_wanted(filter.organization, plain.organization) &&
         within(filter.expected_close_date_gte, filter.expected_close_date_lte, plain.expected_close_date) &&
         within(filter.created_at_gte, filter.created_at_lte, std::optional(row.created_at)) &&
         (!metadata_key || std::ranges::binary_search(row.metadata_keys, *metadata_key));
}

/// What stands first or last in an order. Deals without a date come behind those with one, whichever way.
std::int64_t order_key(const DealFilter& filter, const DealRow& row) {
  using Limits = std::numeric_limits<std::int64_t>;
  switch (filter.order) {
    case DealOrder::created_at:
    case DealOrder::title:
      return 0;
    case DealOrder::updated_at:
      return micros(row.updated_at);
    case DealOrder::lead_value:
      return row.plain.lead_value.hundredths;
    case DealOrder::expected_close_date:
      if (!row.plain.expected_close_date) return filter.descending ? Limits::min() : Limits::max();
      return row.plain.expected_close_date->date.time_since_epoch().count();
  }
  return 0;
}

/// What a filter refers to that is gone matches nothing, as the deals read null there.
bool refers_to_nothing(const RecordReading& from, const DealFilter& filter) {
  return (filter.source && !record_exists<LeadSource>(from, *filter.source)) ||
         (filter.organization && !organization_exists(*from.views, from.platform, *filter.organization)) ||
         (filter.person && !person_exists(*from.views, from.platform, *filter.person));
}

bool is_tagged(const RecordReading& reading, const DealFilter& filter, const TagTable* tags, DealId deal) {
  if (filter.tags.empty()) return true;
  if (tags == nullptr) return has_any(*reading.views, reading.platform, deal, filter.tags);
  return std::ranges::any_of(filter.tags, [&](TagId tag) {
    return tags->rows(TaggedKind::deal, tag).contains(static_cast<annals::Row>(deal.value));
  });
}

std::vector<ListedDeal> rows_that_match(RecordReading& reading, const DealFilter& filter, const PageRequest& request,
                                        std::uint64_t& newest) {
  std::optional<Digest128> metadata_key;
  if (filter.metadata_has_key) {
    metadata_key =
        reading.live.digester->short_digest(reading.platform, DigestPurpose::metadata_key, *filter.metadata_has_key);
  }
  return with_rows(reading, &PlatformTables::deals, [&](const DealTable& deals, const TagTable* tags) {
    newest = deals.rows().size();
    const auto end = request.before ? std::min<std::uint64_t>(request.before->value, newest) : newest;
    std::vector<ListedDeal> found;
    for (const auto& row : std::span(deals.rows()).first(end)) {
      if (DealTable::is_there(row) && matches(filter, metadata_key, row) && is_tagged(reading, filter, tags, row.id)) {
        found.push_back({row.id, order_key(filter, row)});
      }
    }
    return found;
  });
}

/// Drops those whose texts do not have what is searched for; their titles when they order the list.
Titles look_at_texts(const RecordReading& from, const DealFilter& filter, std::vector<ListedDeal>& listed) {
  const SearchedText search(filter.search);
  const bool by_title = filter.order == DealOrder::title;
  Titles titles;
  if (search.none() && !by_title) return titles;
  std::erase_if(listed, [&](const ListedDeal& one) {
    auto deal = read_record<Deal>(*from.views, from.platform, one.id);
    if (!deal) return true;
    if (!search.none() && !search.in(deal->texts.title) && !search.in(deal->texts.description)) return true;
    if (by_title) titles.emplace(one.id, std::move(deal->texts.title));
    return false;
  });
  return titles;
}

/// They come in the order of their creation.
void put_in_order(const DealFilter& filter, const Titles& titles, std::vector<ListedDeal>& listed) {
  if (filter.order == DealOrder::created_at) {
    if (filter.descending) std::ranges::reverse(listed);
    return;
  }
  std::ranges::sort(listed, [&](const ListedDeal& left, const ListedDeal& right) {
    const auto order = titles.empty() ? left.key <=> right.key : titles.at(left.id) <=> titles.at(right.id);
    if (order != 0) return filter.descending ? order > 0 : order < 0;
    return left.id > right.id;
  });
}

}  // namespace

Result<Page> list_deals(const RecordReading& from, const DealFilter& filter, const PageRequest& request) {
  auto reading = from;
  std::uint64_t newest = 0;
  auto listed = rows_that_match(reading, filter, request, newest);
  if (refers_to_nothing(reading, filter)) listed.clear();
  const auto titles = look_at_texts(reading, filter, listed);
  if (is_past_end(request, listed.size())) return std::unexpected(Problem(ProblemCode::invalid_page));
  put_in_order(filter, titles, listed);
  const auto window = window_of(request);
  ResultsText results;
  for (auto at = window.skip; at < listed.size() && at - window.skip < window.take; ++at) {
    const auto deal = read_record<Deal>(*reading.views, reading.platform, listed[at].id);
    if (deal) results.next() += record_text(*reading.views, reading.platform, *deal, reading.now).json;
  }
  const auto before = request.before.value_or(Ordinal{static_cast<std::uint32_t>(newest)});
  return Page{listed.size(), std::move(results).close(), before};
}

}  // namespace annals
