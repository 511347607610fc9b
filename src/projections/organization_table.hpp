#pragma once

#include "events/event.hpp"
#include "projections/record_table.hpp"
#include "projections/view_rows.hpp"

namespace annals {

/// 0 stands for none; else an organization's ordinal + 1.
using OrganizationMark = std::uint32_t;

struct OrganizationSets {
  RowSet there;
  RowSet owned;
  RowSets<UserId> owners;  ///< UserId{}: those without
  void take(OrganizationSets&& others);
  bool operator==(const OrganizationSets&) const = default;
};

class OrganizationTable : public RecordTable<OrganizationId, OrganizationParts, OrganizationSets> {
 public:
  using StoredRow = OrganizationRow;
  using RecordTable::RecordTable;
  using RecordTable::resize;

  /// `text` is the sealed part, nullptr when it is gone. Different chunks may be loaded by different threads.
  void load(const OrganizationRow& row, const std::string* text, bool keep_text, Loading& loading);
  void on(const OrganizationCreated& event, Timestamp at);
  void on(const OrganizationUpdated& event, Timestamp at);
  void on(const OrganizationDeleted& event, Timestamp at);

  OrganizationMark mark_of(const std::optional<OrganizationId>& id) const;
  bool there_at(OrganizationMark mark) const { return mark != 0 && sets.there.contains(mark - 1); }

 private:
  void each_set(Sets& of, Row row, auto&& with) const;
  void hide(Row row);
};

}  // namespace annals
