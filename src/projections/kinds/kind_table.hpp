#pragma once

#include <concepts>
#include <vector>

#include "projections/kinds/kind_views.hpp"
#include "projections/queries.hpp"

namespace annals {

/// The rows of the records of one kind in memory, by id: loaded from the views at the start, moved by every commit from
/// then on, so that a list looks at each without reading anything. Their texts are in the views. A kind that other
/// events concern too derives from it. Costs a row's size each, some 300 bytes; not synchronised by itself.
template <class Kind>
class KindTable {
 public:
  using Id = typename Kind::Id;
  using Row = RecordRow<Kind>;

  void load(const ViewReader& views, PlatformId platform) {
    for (auto at = views.scan(platform, KindViews<Kind>::records, {}); at->valid(); at->next()) {
      if (at->key() == kNextKey) continue;
      auto row = unpack<Row>(at->plain());
      row_of(row.id) = std::move(row);
    }
  }

  void on(const RecordCreated<Kind>& event, const RecordedEvent& recorded) {
    auto& row = row_of(event.id);
    row.id = event.id;
    row.version = recorded.version;
    row.slot = event.texts.slot;
    row.created_at = recorded.recorded_at;
    row.updated_at = recorded.recorded_at;
    row.plain = event.plain;
    row.metadata_keys = event.metadata_keys;
  }
  void on(const RecordUpdated<Kind>& event, const RecordedEvent& recorded) {
    change(event.id, recorded, [&](Row& row) { update_row(row, event); });
  }
  void on(const RecordDeleted<Kind>& event, const RecordedEvent& recorded) {
    if (auto* row = there(event.id)) row->version = recorded.version;
    remove(event.id);
  }
  template <class Event>
    requires AboutPersons<Kind> && (std::same_as<Event, PersonMerged> || std::same_as<Event, PersonUnmerged>)
  void on(const Event& event, const RecordedEvent&) {
    for_each_moved<Kind>(event, [this](Id id, PersonId person) {
      if (auto* row = there(id)) row->plain.person = person;
    });
  }
  void on(const PersonErased& event, const RecordedEvent&)
    requires AboutPersons<Kind>
  {
    for_each_erased<Kind>(event, [this](Id id) {
      if (auto* row = there(id)) row->metadata_keys.clear();
    });
  }

  /// nullptr: there is none, or none any more.
  const Row* find(Id id) const {
    const bool known = id.value > 0 && id.value <= rows_.size();
    return known && is_there(rows_[id.value - 1]) ? &rows_[id.value - 1] : nullptr;
  }
  /// Oldest first; the first is record 1. Some are deleted, some were never there: is_there.
  const std::vector<Row>& rows() const { return rows_; }
  static bool is_there(const Row& row) { return row.id.value > 0 && !row.deleted; }

  bool operator==(const KindTable&) const = default;

 protected:
  void change(Id id, const RecordedEvent& recorded, auto&& with) {
    auto* row = there(id);
    if (row == nullptr) return;
    with(*row);
    row->version = recorded.version;
    row->updated_at = recorded.recorded_at;
  }
  void remove(Id id) {
    if (auto* row = there(id)) *row = tombstone_of(*row);
  }

  /// As `find`; what was passed over in the log is made up by nothing that comes later.
  Row* there(Id id) { return find(id) != nullptr ? &rows_[id.value - 1] : nullptr; }

 private:
  Row& row_of(Id id) {
    if (rows_.size() < id.value) rows_.resize(id.value);
    return rows_[id.value - 1];
  }

  std::vector<Row> rows_;
};

}  // namespace annals
