#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "events/record_kinds.hpp"
#include "projections/queries.hpp"

/// Reading the records of the kinds of events/record_kinds.hpp, all of one moment.
namespace annals {

template <class Kind>
struct KindRecord;

/// Which records of a kind a list shows; null: all.
template <class Kind>
using KeepRecord = std::function<bool(const KindRecord<Kind>& record)>;

/// Ready to send; nullopt when it is not there.
template <class Kind>
std::optional<ShownRecord> show_record(const RecordReading& from, typename Kind::Id id);
template <class Kind>
bool record_exists(const RecordReading& from, typename Kind::Id id);
/// Newest first. Costs a look at each record of the platform. Problem: invalid_page past the end.
template <class Kind>
Result<Page> list_records(const RecordReading& from, const KeepRecord<Kind>& keep, const PageRequest& request);

struct PipelineFilter {
  std::optional<std::string> code;
  std::string name;  ///< substring, case-folded; empty: none
  std::optional<bool> is_default;
};
struct LeadSourceFilter {
  std::optional<std::string> code;
  std::string name;  ///< the same
};

enum class ActivityOrder { created_at, schedule_from, reminder_at };
struct ActivityFilter {
  std::optional<ActivityType> type;
  std::optional<bool> is_done;
  std::optional<UserId> owner;
  std::optional<PersonId> person;
  std::optional<OrganizationId> organization;
  std::optional<Timestamp> schedule_from_gte;  ///< inclusive
  std::optional<Timestamp> schedule_from_lte;  ///< inclusive
  std::optional<std::string> metadata_has_key;
  ActivityOrder order = ActivityOrder::created_at;
  bool descending = true;
};
struct FavoriteFilter {
  std::string target_type;  ///< `person`, `organization`, `deal`; empty: any
};
struct SavedViewFilter {
  std::optional<std::string> object_type;
  std::optional<std::string> type;
};

Result<Page> list_pipelines(const RecordReading& from, const PipelineFilter& filter, const PageRequest& request);
/// In the order of the pipeline.
Result<Page> list_stages(const RecordReading& from, PipelineId pipeline, const PageRequest& request);
Result<Page> list_lead_sources(const RecordReading& from, const LeadSourceFilter& filter, const PageRequest& request);
Result<Page> list_activities(const RecordReading& from, const ActivityFilter& filter, const PageRequest& request);
/// A user's own.
Result<Page> list_favorites(const RecordReading& from, UserId user, const FavoriteFilter& filter,
                            const PageRequest& request);
Result<Page> list_saved_views(const RecordReading& from, UserId user, const SavedViewFilter& filter,
                              const PageRequest& request);
/// Whose it is, when it is there.
template <class Kind>
std::optional<UserId> user_of(const RecordReading& from, typename Kind::Id id);
/// Of a stage that is there.
std::optional<PipelineId> pipeline_of(const RecordReading& from, StageId stage);

}  // namespace annals
