#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands/import/import_records.hpp"
#include "commands/import/record_writes.hpp"
#include "core/outcome.hpp"

namespace annals {

/// Decides the rows of an import, each seeing those before it.
class ImportDecision {
 public:
  /// Does not own its arguments.
  ImportDecision(const State& state, const DecisionContext& context, Existing existing)
      : writes_(state, context,
                existing == Existing::update ? RecordWrites::Created::may_be_updated
                                             : RecordWrites::Created::once_and_for_all) {}

  void add(const ImportRow& row);
  /// Of the rows since it was asked last.
  RecordsImported take_outcome() { return std::exchange(imported_, {}); }
  std::vector<Event> take_events() { return writes_.take_events(); }

 private:
  template <class Create>
  void write(const ImportRow& row, const Create& record);
  template <class Create>
  void create(const ImportRow& row, const Create& record);
  template <class Update, class Id>
  void update(const ImportRow& row, const Update& command, Id id);
  void reject(const ImportRow& row, Problem problem);

  std::optional<PersonId> found(const CreatePerson& record) const;
  std::optional<OrganizationId> found(const CreateOrganization& record) const;
  /// Puts ids where the row has names, or notes that there are none.
  void resolve(ImportRow& row) const;
  template <class Wanted>
  void resolve_in(Wanted& wanted, const ImportRow& row) const;
  std::optional<UserId> member_named(const std::string& name) const;

  RecordWrites writes_;
  RecordsImported imported_;
};

}  // namespace annals
