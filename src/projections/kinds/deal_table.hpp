#pragma once

#include "projections/kinds/deals.hpp"
#include "projections/kinds/kind_table.hpp"

namespace annals {

class DealTable : public KindTable<Deal> {
 public:
  using KindTable::on;
  void on(const DealStageChanged& event, const RecordedEvent& recorded) {
    change(event.deal, recorded, [&](Row& row) { enter_stage(row, event); });
  }
};

}  // namespace annals
