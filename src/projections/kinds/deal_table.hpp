#pragma once

#include <array>
#include <map>
#include <set>

#include "projections/kinds/deals.hpp"
#include "projections/kinds/kind_table.hpp"
#include "projections/kinds/pipeline_totals.hpp"

namespace annals {

template <>
struct KindIndex<Deal> {
  using Plain = RecordCreated<Deal>::Plain;
  void each_set(const Plain& deal, auto&& with) { with(statuses[static_cast<std::size_t>(deal.status)]); }
  void add(const Plain& deal, Timestamp created_at) { count(deal, created_at, Counted::in); }
  void remove(const Plain& deal, Timestamp created_at) { count(deal, created_at, Counted::out); }
  const PipelineTotals& totals_of(PipelineId pipeline) const;
  PipelineTotals totals() const;  ///< of all pipelines
  bool operator==(const KindIndex&) const = default;

  std::array<RowSet, 3> statuses;
  std::map<PipelineId, PipelineTotals> pipelines;  ///< those that have deals

 private:
  void count(const Plain& deal, Timestamp created_at, Counted how);
};

class DealTable : public KindTable<Deal> {
 public:
  using KindTable::on;
  void load(const ViewReader& views, PlatformId platform);
  void on(const DealStageChanged& event, const RecordedEvent& recorded);
  void on(const LeadSourceCreated& event, const RecordedEvent& recorded);
  void on(const LeadSourceDeleted& event, const RecordedEvent& recorded);
  void on(const OrganizationDeleted& event, const RecordedEvent& recorded);

  /// A deal keeps the source that it came from when that is deleted, and shows none.
  bool has_source(LeadSourceId id) const { return sources_.contains(id); }

  bool operator==(const DealTable&) const = default;

 private:
  std::set<LeadSourceId> sources_;  ///< that are there
};

}  // namespace annals
