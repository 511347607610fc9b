#include "commands/tag/tag_hosts.hpp"

#include <algorithm>

namespace annals {
namespace {

struct HostState {
  const State& state;
  std::optional<TagHostState> operator()(const PersonId& id) const {
    const auto person = state.person(id);
    return person ? std::optional(TagHostState{person->version, person->merged_into}) : std::nullopt;
  }
  std::optional<TagHostState> operator()(const OrganizationId& id) const { return of(state.organization(id)); }
  std::optional<TagHostState> operator()(DealId id) const { return of(state.kinds().record(id)); }

 private:
  static std::optional<TagHostState> of(const auto& record) {
    return record ? std::optional(TagHostState{record->version, std::nullopt}) : std::nullopt;
  }
};

}  // namespace

std::optional<TagHostState> state_of(const TagHost& host, const State& state) {
  return std::visit(HostState{state}, host);
}

std::optional<AssignmentState> assignment_of(const TagHost& host, TagId tag, const State& state) {
  const auto all = state.assignments_of(host);
  const auto found = std::ranges::find(all, tag, &AssignmentState::tag);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

}  // namespace annals
