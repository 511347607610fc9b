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
  std::string name;    ///< the same
  std::string search;  ///< the same, of the name
};

Result<Page> list_pipelines(const RecordReading& from, const PipelineFilter& filter, const PageRequest& request);
/// In the order of the pipeline.
Result<Page> list_stages(const RecordReading& from, PipelineId pipeline, const PageRequest& request);
Result<Page> list_lead_sources(const RecordReading& from, const LeadSourceFilter& filter, const PageRequest& request);
Result<Page> list_tags(const RecordReading& from, const TagFilter& filter, const PageRequest& request);
/// The host's, as answers to attaching show them, in the order of the assignments.
Result<Page> list_tags_of(const RecordReading& from, const TagHost& host, const PageRequest& request);
/// Of a stage that is there.
std::optional<PipelineId> pipeline_of(const RecordReading& from, StageId stage);

}  // namespace annals
