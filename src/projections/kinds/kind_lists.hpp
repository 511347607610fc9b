#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "projections/kinds/kind_json.hpp"
#include "projections/kinds/kind_queries.hpp"
#include "projections/kinds/kind_views.hpp"
#include "projections/windows.hpp"

/// What kind_queries.hpp declares, for the files of the kinds.
namespace annals {

/// Whether what is there is what a filter wants, when it wants something.
template <class T>
bool is_wanted(const std::optional<T>& wanted, const std::optional<T>& there) {
  return !wanted || wanted == there;
}

template <class Kind>
std::optional<ShownRecord> show_record(const ViewReader& views, PlatformId platform, typename Kind::Id id,
                                       Timestamp now) {
  const auto record = read_record<Kind>(views, platform, id);
  if (!record) return std::nullopt;
  auto text = text_at(views, platform, *record, now);
  const auto joined = text.joined.empty() ? std::nullopt : std::optional<std::string_view>(text.joined);
  return ShownRecord{std::move(text.json), etag_of(record->version, joined), record->version};
}

template <class Kind>
std::optional<ShownRecord> show_record(const RecordReading& from, typename Kind::Id id) {
  return show_record<Kind>(*from.views, from.platform, id, from.now);
}

/// One JSON array of those that are there.
template <class Kind>
std::string records_json(const ViewReader& views, PlatformId platform, const std::vector<typename Kind::Id>& ids,
                         Timestamp now) {
  ResultsText records;
  for (const auto id : ids) {
    const auto record = read_record<Kind>(views, platform, id);
    if (record) records.next() += text_at(views, platform, *record, now).json;
  }
  return std::move(records).close();
}

template <class Kind>
bool record_exists(const RecordReading& from, typename Kind::Id id) {
  const auto row = read_row<Kind>(*from.views, from.platform, id);
  return row && !row->deleted;
}

template <class Kind>
std::optional<UserId> user_of(const RecordReading& from, typename Kind::Id id) {
  const auto row = read_row<Kind>(*from.views, from.platform, id);
  return row && !row->deleted ? std::optional(row->plain.user) : std::nullopt;
}

/// The page of records in the order of the list; `text_of(record)` is how one is shown.
template <class Kind>
Result<Page> page_of_records(const RecordReading& from, const std::vector<KindRecord<Kind>>& records,
                             const PageRequest& request, auto&& text_of) {
  if (is_past_end(request, records.size())) return std::unexpected(Problem(ProblemCode::invalid_page));
  const auto newest = next_record_id<Kind>(*from.views, from.platform).value - 1;
  const auto window = window_of(request);
  ResultsText results;
  for (auto at = window.skip; at < records.size() && at - window.skip < window.take; ++at) {
    results.next() += text_of(records[at]).json;
  }
  const auto before = request.before.value_or(Ordinal{static_cast<std::uint32_t>(newest)});
  return Page{records.size(), std::move(results).close(), before};
}
template <class Kind>
Result<Page> page_of_records(const RecordReading& from, const std::vector<KindRecord<Kind>>& records,
                             const PageRequest& request) {
  return page_of_records<Kind>(from, records, request, [&](const KindRecord<Kind>& record) {
    return text_at(*from.views, from.platform, record, from.now);
  });
}

/// Those of a user, newest first.
template <class Kind>
std::vector<KindRecord<Kind>> records_of(const RecordReading& from, UserId user, const KeepRecord<Kind>& keep,
                                         const PageRequest& request) {
  std::vector<KindRecord<Kind>> records;
  for (const auto id : referring<Kind>(*from.views, from.platform, user)) {
    if (request.before && id.value > request.before->value) break;
    auto record = read_record<Kind>(*from.views, from.platform, id);
    if (record && (!keep || keep(*record))) records.push_back(*std::move(record));
  }
  std::ranges::reverse(records);
  return records;
}

template <class Kind>
Result<Page> list_records(const RecordReading& from, const KeepRecord<Kind>& keep, const PageRequest& request) {
  auto records = all_records<Kind>(*from.views, from.platform);
  std::erase_if(records, [&](const auto& record) {
    return (request.before && record.id.value > request.before->value) || (keep && !keep(record));
  });
  std::ranges::reverse(records);
  return page_of_records<Kind>(from, records, request);
}

}  // namespace annals
