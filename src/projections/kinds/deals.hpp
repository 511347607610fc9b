#pragma once

#include "projections/kinds/kind_views.hpp"

namespace annals {

template <>
struct KindViews<Deal> {
  static constexpr std::string_view name = "Deals";
  static constexpr ViewId records = view::deals;
  static constexpr ViewId references = view::deal_references;
  static constexpr ViewId positions = view::deal_positions;
};

/// What a move does to the deal.
void enter_stage(DealCreated::Plain& deal, const DealStageChanged& event);

/// What a deal refers to that is no longer there reads null.
void forget_gone(const ViewReader& views, PlatformId platform, DealCreated::Plain& deal);

/// As `record_text` has it, but for what other records say: whatever they refer to is shown, without names.
std::string unjoined_text(PlatformId platform, const KindRecord<Deal>& deal);

struct Deals : RecordsAboutPersons<Deal> {
  using Events =
      EventSet<DealCreated, DealUpdated, DealDeleted, DealStageChanged, PersonMerged, PersonUnmerged, PersonErased>;
  using RecordsAboutPersons::on;
  void on(const DealStageChanged& event, const RecordedEvent& recorded) {
    change(event.deal, recorded, [&](Open& deal) { enter_stage(deal.row.plain, event); });
  }
};

}  // namespace annals
