#include "commands/tag/tag_hosts.hpp"

#include <algorithm>

namespace annals {
namespace {

struct Exists {
  const State& state;
  bool operator()(const PersonId& id) const { return state.person_exists(id); }
  bool operator()(const OrganizationId& id) const { return state.organization_exists(id); }
  bool operator()(DealId id) const { return state.kinds().record(id).has_value(); }
};

}  // namespace

bool host_exists(const TagHost& host, const State& state) {
  return std::visit(Exists{state}, host);
}

std::optional<AssignmentState> assignment_of(const TagHost& host, TagId tag, const State& state) {
  const auto all = state.assignments_of(host);
  const auto found = std::ranges::find(all, tag, &AssignmentState::tag);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

}  // namespace annals
