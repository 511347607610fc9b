#include "commands/person/merge_persons.hpp"

#include <algorithm>
#include <unordered_set>

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"

namespace annals {
namespace {

constexpr const char* kPrimaryField = "primary_id";
constexpr const char* kDuplicatesField = "duplicate_ids";

std::vector<PersonId> persons_once(const std::vector<Uuid>& ids) {
  std::vector<PersonId> once;
  std::unordered_set<Uuid> seen;
  for (const auto& id : ids) {
    if (seen.insert(id).second) once.emplace_back(id);
  }
  return once;
}

/// The duplicates that are still to be merged; those that were before are passed over.
Result<std::vector<PersonState>> to_be_merged(const MergePersons& command, const State& state) {
  std::vector<PersonState> duplicates;
  std::vector<std::string> faults;
  for (const auto& id : command.duplicates) {
    auto duplicate = state.person(id);
    if (!duplicate) {
      faults.push_back(no_such_pk(id.to_string()));
    } else if (!duplicate->merged_into) {
      duplicates.push_back(std::move(*duplicate));
    } else if (*duplicate->merged_into != *command.primary) {
      faults.push_back("Person \"" + id.to_string() + "\" has already been merged into another person.");
    }
  }
  if (!faults.empty()) return refused({{kDuplicatesField, std::move(faults)}});
  return duplicates;
}

/// Moves the relations of one duplicate after the other, each seeing what the ones before it moved.
class Move {
 public:
  Move(const State& state, PersonId primary, Relations relations)
      : state_(state), primary_(primary), relations_(relations), moved_(relations.size()), counts_(relations.size()) {}

  std::vector<MovedRecords> from(PersonId duplicate) {
    std::vector<MovedRecords> all;
    for (std::size_t i = 0; i < relations_.size(); ++i) {
      all.push_back(relations_[i]->moved(state_, duplicate, primary_, moved_[i]));
      counts_[i] += relations_[i]->count(all.back());
      moved_[i].push_back(all.back());
    }
    return all;
  }

  std::vector<RelationCount> counts() const {
    std::vector<RelationCount> all;
    for (std::size_t i = 0; i < relations_.size(); ++i) {
      all.push_back({std::string(relations_[i]->name()), counts_[i]});
    }
    return all;
  }

 private:
  const State& state_;
  PersonId primary_;
  Relations relations_;
  std::vector<std::vector<MovedRecords>> moved_;
  std::vector<std::uint64_t> counts_;
};

Decision merged(PersonId primary, const std::vector<PersonState>& duplicates, const State& state, Relations relations) {
  MergeShown shown{primary, {}, {}};
  if (duplicates.empty()) return {{}, shown, {}};
  std::vector<Event> events;
  Move move(state, primary, relations);
  for (const auto& duplicate : duplicates) {
    events.emplace_back(PersonMerged{duplicate.id, primary, duplicate.active, move.from(duplicate.id)});
    shown.merged.push_back(duplicate.id);
  }
  for (const auto& [relation, count] : move.counts()) {
    if (count > 0) shown.reparented.emplace_back(relation, count);
  }
  events.emplace_back(PersonAbsorbed{primary, shown.merged, move.counts()});
  return {std::move(events), std::move(shown), {}};
}

}  // namespace

MergePersons MergePersons::from(const Body& body) {
  MergePersons command;
  BodyReader reader(body, command.errors);
  if (const auto primary = reader.uuid(kPrimaryField, Need::required)) command.primary = PersonId(*primary);
  const auto ids = reader.uuids(kDuplicatesField);
  if (!ids) return command;
  command.duplicates = persons_once(*ids);
  if (command.duplicates.size() > kMergedPersonsMax) {
    reader.fail(kDuplicatesField,
                "Ensure this field has no more than " + std::to_string(kMergedPersonsMax) + " elements.");
  } else if (command.primary && std::ranges::find(command.duplicates, *command.primary) != command.duplicates.end()) {
    reader.fail(kDuplicatesField, "The primary person cannot be one of its duplicates.");
  }
  return command;
}

Result<Decision> decide(const MergePersons& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext&) {
  return decide(command, state, precondition, person_relations());
}

Result<Decision> decide(const MergePersons& command, const State& state,
                        const std::optional<Precondition>& precondition, Relations relations) {
  if (!command.errors.empty()) return refused(command.errors);
  const auto primary = state.person(*command.primary);
  if (!primary) return refused(ProblemCode::not_found);
  if (!holds(precondition, primary->version)) return refused(ProblemCode::version_conflict);
  if (primary->merged_into) {
    return refused({{kPrimaryField, {"This person has itself been merged into another person."}}});
  }
  const auto duplicates = to_be_merged(command, state);
  if (!duplicates) return std::unexpected(duplicates.error());
  return merged(primary->id, *duplicates, state, relations);
}

}  // namespace annals
