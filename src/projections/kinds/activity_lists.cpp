#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "projections/kinds/activity_table.hpp"
#include "projections/kinds/kind_lists.hpp"
#include "projections/kinds/kind_rows.hpp"

namespace annals {
namespace {

using ActivityRow = RecordRow<Activity>;

/// An activity that the filters leave, and what it is ordered by.
struct ListedActivity {
  ActivityId id;
  std::optional<Timestamp> at;
};

/// `metadata_key` is the digest of the filter's.
bool matches(const ActivityFilter& filter, const std::optional<Digest128>& metadata_key, const ActivityRow& row) {
  const auto& plain = row.plain;
  return (!filter.type || *filter.type == plain.kind) && (!filter.is_done || *filter.is_done == plain.is_done) &&
         is_wanted(filter.owner, plain.owner) && is_wanted(filter.deal, plain.deal) &&
         is_wanted(filter.person, plain.person) && is_wanted(filter.organization, plain.organization) &&
         (!filter.schedule_from_gte || (plain.schedule_from && *filter.schedule_from_gte <= *plain.schedule_from)) &&
         (!filter.schedule_from_lte || (plain.schedule_from && *plain.schedule_from <= *filter.schedule_from_lte)) &&
         (!metadata_key || std::ranges::binary_search(row.metadata_keys, *metadata_key));
}

std::optional<Timestamp> ordered_by(ActivityOrder order, const ActivityRow& row) {
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
std::vector<ListedActivity> rows_that_match(RecordReading& reading, const ActivityFilter& filter,
                                            const PageRequest& request, std::uint64_t& newest) {
  std::optional<Digest128> metadata_key;
  if (filter.metadata_has_key) {
    metadata_key =
        reading.live.digester->short_digest(reading.platform, DigestPurpose::metadata_key, *filter.metadata_has_key);
  }
  return with_rows(reading, &PlatformTables::activities, [&](const ActivityTable& activities) {
    newest = activities.rows().size();
    const auto end = request.before ? std::min<std::uint64_t>(request.before->value, newest) : newest;
    std::vector<ListedActivity> found;
    const auto look_at = [&](const ActivityRow& row) {
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

/// What has no such time stands behind all that have one, whichever way. Of equals the newest stands first.
void put_in_order(const ActivityFilter& filter, std::vector<ListedActivity>& listed) {
  std::ranges::reverse(listed);
  if (filter.order == ActivityOrder::created_at && filter.descending) return;
  std::ranges::sort(listed, [&](const ListedActivity& left, const ListedActivity& right) {
    if (left.at == right.at) return left.id > right.id;
    if (!left.at || !right.at) return left.at.has_value();
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
