#pragma once

#include <algorithm>
#include <concepts>
#include <optional>
#include <utility>

#include "projections/indexes/column.hpp"
#include "projections/indexes/rare_sets.hpp"
#include "projections/indexes/set_moves.hpp"
#include "projections/key_sets.hpp"
#include "projections/kinds/kind_views.hpp"
#include "projections/watches.hpp"

namespace annals {

struct ReferenceHash {
  std::size_t operator()(const Reference& reference) const noexcept {
    const auto hash = [](const auto& id) { return std::hash<std::remove_cvref_t<decltype(id)>>{}(id); };
    return std::visit(hash, reference) * 8 + reference.index();
  }
};

/// What rows of a kind are found and counted by beside what every kind's are. Specialised for each kind that has a
/// table: `each_set(plain, with)` as KindTable's, and `add` and `remove` of what is counted, (plain, created_at).
template <class Kind>
struct KindIndex;

/// What lists, boards and overviews look at of the records of one kind, by row, which is the id - 1: loaded from the
/// views at the start, moved by every commit from then on. Their texts are in the views. A kind that other events
/// concern too derives from it. Costs a row's plain fields and some 60 bytes; not synchronised by itself.
template <class KindType>
class KindTable {
 public:
  using Kind = KindType;
  using Id = typename Kind::Id;
  using Plain = typename RecordCreated<Kind>::Plain;

  static Row row_at(Id id) { return static_cast<Row>(id.value - 1); }
  static Id id_at(Row row) { return Id{row + std::uint64_t{1}}; }

  void load(const ViewReader& views, PlatformId platform) {
    for (auto at = views.scan(platform, KindViews<Kind>::records, {}); at->valid(); at->next()) {
      if (at->key() == kNextKey) continue;
      const auto stored = unpack<RecordRow<Kind>>(at->plain());
      grow(stored.id, stored.created_at);
      if (!stored.deleted) put(row_at(stored.id), stored.plain, stored.metadata_keys, stored.updated_at);
    }
  }

  void on(const RecordCreated<Kind>& event, const RecordedEvent& recorded) {
    grow(event.id, recorded.recorded_at);
    put(row_at(event.id), event.plain, event.metadata_keys, recorded.recorded_at);
  }
  void on(const RecordUpdated<Kind>& event, const RecordedEvent& recorded) {
    change(event.id, recorded, [&](Row row) {
      change_fields(plain[row], event.plain);
      if (event.metadata_keys) set_metadata_keys(row, *event.metadata_keys);
    });
  }
  void on(const RecordDeleted<Kind>& event, const RecordedEvent&) {
    if (const auto row = row_there(event.id)) remove(*row);
  }
  template <class Event>
    requires AboutPersons<Kind> && (std::same_as<Event, PersonMerged> || std::same_as<Event, PersonUnmerged>)
  void on(const Event& event, const RecordedEvent&) {
    for_each_moved<Kind>(
        event, [this](Id id, PersonId person) { go_along(id, [&](Row row) { plain[row].person = person; }); });
  }
  template <std::same_as<PersonErased> Event>
    requires AboutPersons<Kind>
  void on(const Event& event, const RecordedEvent&) {
    for_each_erased<Kind>(event, [this](Id id) { go_along(id, [this](Row row) { set_metadata_keys(row, {}); }); });
  }

  /// Of those that are not there the columns say nothing.
  Row size() const { return static_cast<Row>(plain.size()); }

  Column<Plain> plain;
  Column<Timestamp> created_at;  ///< never falling, also over records that are not there
  Column<Timestamp> updated_at;
  RowSet there;
  RowSet owned;
  RowSets<UserId> owners;                         ///< UserId{}: those without
  RareSets<Reference, ReferenceHash> references;  ///< also to what has been deleted, where the kind keeps that
  RowSets<Digest128, DigestHash> metadata_keys;
  KindIndex<Kind> index;
  mutable Watches watches;  ///< told of every row that changes

  bool operator==(const KindTable& other) const {
    if (size() != other.size() || !(there == other.there) || owners != other.owners) return false;
    if (references != other.references || metadata_keys != other.metadata_keys || index != other.index) return false;
    bool same = true;
    there.for_each([&](Row row) {
      same = same && plain[row] == other.plain[row] && created_at[row] == other.created_at[row] &&
             updated_at[row] == other.updated_at[row] && keys_of(row) == other.keys_of(row);
    });
    return same;
  }

 protected:
  /// By an event of the record's own stream.
  void change(Id id, const RecordedEvent& recorded, auto&& with) {
    go_along(id, [&](Row row) {
      with(row);
      updated_at[row] = recorded.recorded_at;
    });
  }
  /// By an event of another record's stream. What was passed over in the log is made up by nothing that comes later.
  void go_along(Id id, auto&& with) {
    const auto row = row_there(id);
    if (!row) return;
    take(*row);
    with(*row);
    add(*row);
  }
  void remove(Row row) {
    take(row);
    plain[row] = Plain();
    updated_at[row] = Timestamp{};
    key_sets_.drop(std::exchange(key_set_[row], KeySets::kEmpty));
    watches.note(row);
  }
  std::optional<Row> row_there(Id id) const {
    const bool known = id.value > 0 && id.value <= size() && there.contains(row_at(id));
    return known ? std::optional(row_at(id)) : std::nullopt;
  }
  void note(const Reference& changed) const {
    if (!watches.any()) return;
    for (const auto row : references.of(changed).rows()) watches.note(row);
  }

 private:
  void grow(Id to, Timestamp at) {
    if (size() > 0) at = std::max(at, created_at[size() - 1]);
    while (size() < to.value) {
      plain.push_back({});
      created_at.push_back(at);
      updated_at.push_back({});
      key_set_.push_back(KeySets::kEmpty);
    }
  }
  void put(Row row, const Plain& fields, const KeySets::Set& keys, Timestamp updated) {
    plain[row] = fields;
    updated_at[row] = updated;
    set_metadata_keys(row, keys);
    add(row);
  }
  const KeySets::Set& keys_of(Row row) const { return key_sets_.keys(key_set_[row]); }
  void set_metadata_keys(Row row, const KeySets::Set& keys) {
    key_sets_.drop(std::exchange(key_set_[row], key_sets_.take(keys)));
  }

  /// An attribute to filter by is a set above or in the kind's index, a line here or there, and one in matching.cpp.
  void each_set(Row row, auto&& with) {
    const auto& fields = plain[row];
    with(there);
    with(owners, fields.owner.value_or(UserId{}));
    if (fields.owner) with(owned);
    Kind::references(fields, [&](const auto& to) { with(references, Reference(to)); });
    for (const auto& key : keys_of(row)) with(metadata_keys, key);
    index.each_set(fields, with);
  }
  void add(Row row) {
    each_set(row, Adding{row});
    index.add(plain[row], created_at[row]);
    watches.note(row);
  }
  void take(Row row) {
    each_set(row, Removing{row});
    index.remove(plain[row], created_at[row]);
  }

  Column<KeySets::Number> key_set_;
  KeySets key_sets_;
};

}  // namespace annals
