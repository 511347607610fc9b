#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "projections/kinds/activity_table.hpp"
#include "projections/kinds/kind_lists.hpp"
#include "projections/kinds/kind_rows.hpp"

namespace annals {
namespace {

using Row = RecordRow<Activity>;

/// An activity that the filters leave, and what it is ordered by.
struct Listed {
  ActivityId id;
  std::optional<Timestamp> at;
};

template <class T>
bool is(const std::optional<T>& wanted, const std::optional<T>& there) {
  return !wanted || wanted == there;
}

/// `metadata_key` is the digest of the filter's.
bool matches(const ActivityFilter& filter, const std::optional<Digest128>& metadata_key, const Row& row) {
  const auto& plain = row.plain;
  return (!filter.type || *filter.type == plain.kind) && (!filter.is_done || *filter.is_done == plain.is_done) &&
         is(filter.owner, plain.owner) && is(filter.deal, plain.deal) && is(filter.person, plain.person) &&
         is(filter.organization, plain.organization) &&
         (!filter.schedule_from_gte || (plain.schedule_from && *filter.schedule_from_gte <= *plain.schedule_from)) &&
         (!filter.schedule_from_lte || (plain.schedule_from && *plain.schedule_from <= *filter.schedule_from_lte)) &&
         (!metadata_key || std::ranges::binary_search(row.metadata_keys, *metadata_key));
}

std::optional<Timestamp> ordered_by(ActivityOrder order, const Row& row) {
  switch (order) {
    case ActivityOrder::created_at:
      return row.created_at;
    case ActivityOrder::schedule_from:
      return row.plain.schedule_from;
    case ActivityOrder::reminder_at:
      return row.plain.reminder_at;
  }
  return std::nullopt;
}

std::optional<Reference> parent_in(const ActivityFilter& filter) {
  if (filter.deal) return *filter.deal;
  if (filter.person) return *filter.person;
  if (filter.organization) return *filter.organization;
  return std::nullopt;
}

/// Oldest first. Those of one parent are found without a look at the others.
std::vector<Listed> rows_that_match(RecordReading& reading, const ActivityFilter& filter, const PageRequest& request,
                                    std::uint64_t& newest) {
  std::optional<Digest128> metadata_key;
  if (filter.metadata_has_key) {
    metadata_key =
        reading.live.digester->short_digest(reading.platform, DigestPurpose::metadata_key, *filter.metadata_has_key);
  }
  return with_rows(reading, &PlatformTables::activities, [&](const ActivityTable& activities) {
    newest = activities.rows().size();
    const auto end = request.before ? std::min<std::uint64_t>(request.before->value, newest) : newest;
    std::vector<Listed> found;
    const auto look_at = [&](const Row& row) {
      if (row.id.value <= end && ActivityTable::is_there(row) && matches(filter, metadata_key, row)) {
        found.push_back({row.id, ordered_by(filter.order, row)});
      }
    };
    if (const auto parent = parent_in(filter)) {
      for (const auto id : activities.of(*parent)) look_at(*activities.find(id));
    } else {
      for (const auto& row : activities.rows()) look_at(row);
    }
    return found;
  });
}

/// What has no such time stands behind all that have one, whichever way.
void put_in_order(const ActivityFilter& filter, std::vector<Listed>& listed) {
  std::ranges::reverse(listed);
  if (filter.order == ActivityOrder::created_at && filter.descending) return;
  std::stable_sort(listed.begin(), listed.end(), [&](const Listed& left, const Listed& right) {
    if (!left.at || !right.at) return left.at.has_value() && !right.at.has_value();
    return filter.descending ? *left.at > *right.at : *left.at < *right.at;
  });
}

}  // namespace

Result<Page> list_activities(const RecordReading& from, const ActivityFilter& filter, const PageRequest& request) {
  auto reading = from;
  std::uint64_t newest = 0;
  auto listed = rows_that_match(reading, filter, request, newest);
  if (is_past_end(request, listed.size())) return std::unexpected(Problem(ProblemCode::invalid_page));
  put_in_order(filter, listed);
  const auto window = window_of(request);
  ResultsText results;
  for (auto at = window.skip; at < listed.size() && at - window.skip < window.take; ++at) {
    const auto activity = read_record<Activity>(*reading.views, reading.platform, listed[at].id);
    if (activity) results.next() += record_text(*reading.views, reading.platform, *activity).json;
  }
  const auto before = request.before.value_or(Ordinal{static_cast<std::uint32_t>(newest)});
  return Page{listed.size(), std::move(results).close(), before};
}

}  // namespace annals
