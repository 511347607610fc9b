#include "commands/person/unmerge_person.hpp"

#include <algorithm>
#include <stdexcept>

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"

namespace annals {
namespace {

constexpr const char* kDuplicateField = "duplicate_id";

/// What the merge did to this relation; nothing when there was no such relation then.
MovedRecords moved_of(const MergeState& merge, std::string_view relation) {
  const auto found = std::ranges::find(merge.relations, relation, &MovedRecords::relation);
  return found == merge.relations.end() ? MovedRecords{std::string(relation), {}, {}} : *found;
}

Decision unmerged(const PersonState& duplicate, const MergeState& merge, const State& state, Relations relations) {
  PersonUnmerged unmerged{duplicate.id, merge.into, merge.was_active && !duplicate.platform_user, {}};
  PersonReleased released{merge.into, duplicate.id, {}};
  UnmergeShown shown{merge.into, duplicate.id, {}, {}};
  for (const auto* relation : relations) {
    const std::string name(relation->name());
    const auto back = relation->returned(state, duplicate.id, merge.into, moved_of(merge, name));
    const auto count = relation->count({name, back.returned, back.restored});
    released.reparented.push_back({name, count});
    if (count > 0) shown.reparented.emplace_back(name, count);
    for (const auto id : back.kept) shown.kept.emplace_back(name, id);
    unmerged.relations.push_back(back);
  }
  return {{std::move(unmerged), std::move(released)}, std::move(shown), {}};
}

/// Where the records that it moved went when its primary was merged away itself; nullopt: they did not.
std::optional<PersonId> gone_on_into(const MergeState& merge, const State& state) {
  const auto moved = [](const MovedRecords& records) { return !records.moved.empty() || !records.dropped.empty(); };
  if (std::ranges::none_of(merge.relations, moved)) return std::nullopt;
  const auto primary = state.person(merge.into);
  return primary ? primary->merged_into : std::nullopt;
}

/// The merged person that is meant.
Result<PersonState> merged_person(const UnmergePerson& command, PersonState person, const State& state) {
  if (!command.duplicate) {
    if (!person.merged_into) {
      return refused(ProblemCode::bad_request, "This person has not been merged into another person.");
    }
    return person;
  }
  auto duplicate = state.person(*command.duplicate);
  if (!duplicate) return refused({{kDuplicateField, {no_such_pk(command.duplicate->to_string())}}});
  if (duplicate->merged_into != person.id) {
    return refused(ProblemCode::bad_request,
                   "Person \"" + command.duplicate->to_string() + "\" has not been merged into this person.");
  }
  return *std::move(duplicate);
}

}  // namespace

UnmergePerson UnmergePerson::from(PersonId person, const Body& body) {
  UnmergePerson command;
  command.person = person;
  BodyReader reader(body, command.errors);
  if (const auto duplicate = reader.uuid(kDuplicateField, Need::optional)) command.duplicate = PersonId(*duplicate);
  return command;
}

Result<Decision> decide(const UnmergePerson& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext&) {
  return decide(command, state, precondition, person_relations());
}

Result<Decision> decide(const UnmergePerson& command, const State& state,
                        const std::optional<Precondition>& precondition, Relations relations) {
  auto person = state.person(command.person);
  if (!person) return refused(ProblemCode::not_found);
  if (!holds(precondition, person->version)) return refused(ProblemCode::version_conflict);
  if (!command.errors.empty()) return refused(command.errors);
  const auto duplicate = merged_person(command, *std::move(person), state);
  if (!duplicate) return std::unexpected(duplicate.error());
  const auto merge = state.merge_of(duplicate->id);
  if (!merge) throw std::logic_error("a merged person whose merge is not known");
  if (const auto on_into = gone_on_into(*merge, state)) {
    return refused(ProblemCode::bad_request, "What this merge moved has gone on into person \"" + on_into->to_string() +
                                                 "\": take that merge back first.");
  }
  return unmerged(*duplicate, *merge, state, relations);
}

}  // namespace annals
