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
struct TagFilter {
  std::string name;                         ///< the same
  std::string search;                       ///< terms, all of them in the name
  std::optional<Timestamp> created_at_gte;  ///< inclusive
  std::optional<Timestamp> created_at_lte;  ///< inclusive
};

enum class ActivityOrder { created_at, updated_at, schedule_from, reminder_at, type, is_done };
struct ActivityFilter {
  std::optional<ActivityType> type;
  std::optional<bool> is_done;
  std::optional<UserId> owner;
  std::optional<bool> owner_isnull;
  std::optional<DealId> deal;
  std::optional<PersonId> person;
  std::optional<OrganizationId> organization;
  std::optional<Timestamp> schedule_from_gte;  ///< inclusive
  std::optional<Timestamp> schedule_from_lte;  ///< inclusive
  std::optional<std::string> metadata_has_key;
  std::string search;  ///< terms, each in the title or the comment; empty: none
  ActivityOrder order = ActivityOrder::created_at;
  bool descending = true;
};
struct StageFilter {
  std::optional<std::string> code;  ///< whatever its case
  std::optional<bool> is_won;
  std::optional<bool> is_lost;
};
struct FavoriteFilter {
  std::optional<PersonId> person;
  std::optional<OrganizationId> organization;
  std::optional<DealId> deal;
  std::string target_type;    ///< `person`, `organization`, `deal`; empty: any
  bool names_persons = true;  ///< whether labels say what they are; else they are empty
  bool names_organizations = true;
  bool names_deals = true;
};
struct SavedViewFilter {
  std::optional<std::string> object_type;
  std::optional<std::string> type;
};

enum class DealOrder { created_at, updated_at, title, lead_value, expected_close_date, status };

struct DealFilter {
  std::optional<DealStatus> status;
  std::optional<PipelineId> pipeline;
  std::optional<StageId> stage;
  std::optional<UserId> owner;
  std::optional<bool> owner_isnull;
  std::optional<LeadSourceId> source;
  std::optional<PersonId> person;
  std::optional<OrganizationId> organization;
  std::optional<Day> expected_close_date_gte;  ///< inclusive; a deal without a date matches neither
  std::optional<Day> expected_close_date_lte;  ///< inclusive
  std::optional<Timestamp> created_at_gte;     ///< inclusive
  std::optional<Timestamp> created_at_lte;     ///< inclusive
  std::optional<std::string> metadata_has_key;
  std::vector<TagId> tags;  ///< any of them; empty: no matter which
  std::string search;       ///< terms, each in the title or the description; empty: none
  DealOrder order = DealOrder::created_at;
  bool descending = true;
  bool operator==(const DealFilter&) const = default;
};

/// Ties newest first. Costs and writers' waits are those of lists.hpp. A range of `expected_close_date` costs as an
/// order does; a search also a read of each deal that the other filters leave, that has a description and whose title
/// does not have all of the terms.
Result<Page> list_deals(const RecordReading& from, const DealFilter& filter, const PageRequest& request);
/// Whether it is expected to take more than 0.3 ms; from cardinalities, within microseconds.
bool takes_long(const RecordReading& from, const DealFilter& filter);
/// The stages of a pipeline with their deals, the newest `limit` of each, and what they amount to: of those that the
/// filter leaves, whose pipeline is the default one unless it names one, and whose order means nothing. Sums are exact;
/// a weighted value is the stage's sum × probability / 100, rounded once, half to even. Costs the stages and the deals
/// that it shows; filtered, what a list in an order costs. Problem: not_found without such a pipeline.
Result<std::string> deal_board(const RecordReading& from, const DealFilter& filter, std::uint64_t limit);

Result<Page> list_pipelines(const RecordReading& from, const PipelineFilter& filter, const PageRequest& request);
/// In the order of the pipeline.
Result<Page> list_stages(const RecordReading& from, PipelineId pipeline, const StageFilter& filter,
                         const PageRequest& request);
Result<Page> list_lead_sources(const RecordReading& from, const LeadSourceFilter& filter, const PageRequest& request);
Result<Page> list_tags(const RecordReading& from, const TagFilter& filter, const PageRequest& request);
/// The host's, as answers to attaching show them, in the order of the assignments.
Result<Page> list_tags_of(const RecordReading& from, const TagHost& host, const PageRequest& request);
/// As list_deals; a range of `schedule_from` costs as an order does, a search a read of each activity that the other
/// filters leave.
Result<Page> list_activities(const RecordReading& from, const ActivityFilter& filter, const PageRequest& request);
bool takes_long(const RecordReading& from, const ActivityFilter& filter);
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
