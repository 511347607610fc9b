#pragma once

#include <utility>
#include <vector>

#include "commands/deciding.hpp"
#include "commands/import/rows_state.hpp"
#include "commands/organization/create_organization.hpp"
#include "commands/organization/update_organization.hpp"
#include "commands/person/create_person.hpp"
#include "commands/person/update_person.hpp"

namespace annals {

/// Many creates and updates in one command: each decided as the single command decides it, on the state as those before
/// left it.
class RecordWrites {
 public:
  /// Whether a record may be looked at again once it is created; remembering it costs a copy.
  enum class Created { once_and_for_all, may_be_updated };

  /// Does not own its arguments.
  RecordWrites(const State& state, const DecisionContext& context, Created created)
      : state_(state), context_(context), created_(created) {}

  const State& state() const { return state_; }
  const DecisionContext& context() const { return context_; }

  /// Problem: invalid_fields.
  Result<PersonId> create(const CreatePerson& command);
  Result<OrganizationId> create(const CreateOrganization& command);
  /// Whether anything changes; whom the command itself names does not count. Problems: not_found, invalid_fields.
  Result<bool> update(const UpdatePerson& command, PersonId id);
  Result<bool> update(const UpdateOrganization& command, OrganizationId id);

  /// Of all until now; asked again, of those since.
  std::vector<Event> take_events() { return std::exchange(events_, {}); }

 private:
  RowsState state_;
  const DecisionContext& context_;
  Created created_;
  std::vector<Event> events_;
};

}  // namespace annals
