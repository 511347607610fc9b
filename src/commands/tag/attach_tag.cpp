#include "commands/tag/attach_tag.hpp"

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"
#include "commands/tag/tag_hosts.hpp"

namespace annals {

AttachTag AttachTag::from(const TagHost& host, const Body& body) {
  AttachTag command;
  command.host = host;
  BodyReader reader(body, command.errors);
  command.tag = reader.integer("tag_id", Need::required);
  return command;
}

Result<Decision> decide(const AttachTag& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext&) {
  const auto host = state_of(command.host, state);
  if (!host) return refused(ProblemCode::not_found);
  if (!holds(precondition, host->version)) return refused(ProblemCode::version_conflict);
  if (!command.errors.empty()) return refused(command.errors);
  const auto tag = as_id<TagId>(*command.tag);
  if (!tag || !state.kinds().record(*tag)) return refused(ProblemCode::not_found);
  if (const auto there = assignment_of(command.host, *tag, state)) {
    return Decision{{}, TagAssignmentShown{there->id, *tag, false}, {}};
  }
  if (host->merged_into) return refused(ProblemCode::bad_request, was_merged_into(*host->merged_into));
  const auto id = state.next_assignment_id();
  return Decision{{TagAttached::to(command.host, id, *tag)}, TagAssignmentShown{id, *tag, true}, {}};
}

}  // namespace annals
