#include "projections/kinds/deal_table.hpp"

#include "projections/kinds/lead_sources.hpp"

namespace annals {

const PipelineTotals& KindIndex<Deal>::totals_of(PipelineId pipeline) const {
  static const PipelineTotals none;
  const auto found = pipelines.find(pipeline);
  return found == pipelines.end() ? none : found->second;
}

PipelineTotals KindIndex<Deal>::totals() const {
  PipelineTotals all;
  for (const auto& [id, totals] : pipelines) all.add(totals);
  return all;
}

void KindIndex<Deal>::count(const Plain& deal, Timestamp created_at, Counted how) {
  in_map(pipelines, deal.pipeline, [&](PipelineTotals& totals) { totals.count(deal, created_at, how); });
}

void DealTable::load(const ViewReader& views, PlatformId platform) {
  KindTable::load(views, platform);
  for (auto at = views.scan(platform, view::lead_sources, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    const auto source = unpack<RecordRow<LeadSource>>(at->plain());
    if (!source.deleted) sources_.insert(source.id);
  }
}

void DealTable::on(const DealStageChanged& event, const RecordedEvent& recorded) {
  change(event.deal, recorded, [&](Row row) { enter_stage(plain[row], event); });
}

void DealTable::on(const LeadSourceCreated& event, const RecordedEvent&) {
  sources_.insert(event.id);
}

void DealTable::on(const LeadSourceDeleted& event, const RecordedEvent&) {
  sources_.erase(event.id);
  note(event.id);
}

void DealTable::on(const OrganizationDeleted& event, const RecordedEvent&) {
  note(event.organization);
}

}  // namespace annals
