#pragma once

#include <mutex>

#include "projections/key_sets.hpp"
#include "projections/organization_table.hpp"

namespace annals {

struct PersonSets {
  RowSet there;
  std::array<RowSet, 2> active;  ///< the first: those that are not
  std::array<RowSet, 5> stages;
  RowSet owned;
  RowSets<UserId> owners;                   ///< UserId{}: those without
  RowSets<OrganizationMark> organizations;  ///< also of organizations that have been deleted
  RowSets<Digest128, DigestHash> metadata_keys;
  void take(PersonSets&& others);
  bool operator==(const PersonSets&) const = default;
};

class PersonTable : public RecordTable<PersonId, PersonParts, PersonSets> {
 public:
  using StoredRow = PersonRow;
  PersonTable(const OrganizationTable& organizations, RecordBudget& budget)
      : RecordTable(budget), organizations_(organizations) {}

  void resize(std::size_t rows);
  /// After all organizations. `text` is the sealed part, nullptr when it is gone. Different chunks may be loaded by
  /// different threads.
  void load(const PersonRow& row, const std::string* text, bool keep_text, Loading& loading);
  void on(const PersonCreated& event, Timestamp at);
  void on(const PersonUpdated& event, Timestamp at);
  void on(const PersonDeleted& event, Timestamp at);
  void on(const PersonLinked& event, Timestamp at);
  void on(const PersonMerged& event, Timestamp at);
  void on(const PersonAbsorbed&, Timestamp) {}
  void on(const PersonUnmerged& event, Timestamp at);
  void on(const PersonReleased&, Timestamp) {}
  void on(const PersonErased& event, Timestamp at);

  Column<std::uint8_t> active;
  Column<LifecycleStage> stage;
  Column<OrganizationMark> organization;  ///< also of one that has been deleted
  Column<KeySets::Number> metadata_keys;
  KeySets key_sets;

 private:
  void each_set(Sets& of, Row row, const KeySets::Set& keys, auto&& with) const;
  /// Changes columns of a row, and its place in the sets with them.
  void change(Row row, auto&& columns);
  void set_active(Row row, bool now, Timestamp at);
  void change_part(Row row, PersonPart which, std::string json);
  void hide(Row row);

  const OrganizationTable& organizations_;
  std::mutex key_sets_lock_;  ///< between the threads of a load
};

}  // namespace annals
