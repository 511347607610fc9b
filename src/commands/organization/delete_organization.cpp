#include "commands/organization/delete_organization.hpp"

#include "commands/rules.hpp"

namespace annals {

Result<Decision> decide(const DeleteOrganization& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext&) {
  const auto organization = state.organization(command.organization);
  if (!organization) return refused(ProblemCode::not_found);
  if (!holds(precondition, organization->version)) return refused(ProblemCode::version_conflict);
  return Decision{{OrganizationDeleted{organization->id}}, NothingShown{}, {}};
}

}  // namespace annals
