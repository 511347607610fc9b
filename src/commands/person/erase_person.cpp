#include "commands/person/erase_person.hpp"

#include <set>

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"

namespace annals {
namespace {

Event ended(const SentInvitation& invitation, Timestamp now) {
  if (invitation.expires_at <= now) return InvitationExpired{invitation.id};
  return InvitationRevoked{invitation.id};
}

/// Of one kind, those that are or were about the person or one of its deals: deleted ones, and those that the merge
/// which made it a duplicate moved on.
template <class Kind>
void add_records(const ErasePerson& command, const State& state, std::vector<ErasedRecord>& erased) {
  std::set<typename Kind::Id> ids;
  for (const auto& record : erased) {
    if (record.kind != Deal::name) continue;
    for (const auto id : state.kinds().ever_referring(Kind{}, DealId{record.id})) ids.insert(id);
  }
  for (const auto id : state.kinds().ever_referring(Kind{}, command.person)) ids.insert(id);
  if (const auto merge = state.merge_of(command.person)) {
    for (const auto& records : merge->relations) {
      if (records.relation != Kind::relation) continue;
      for (const auto id : records.moved) ids.insert(typename Kind::Id{id});
    }
  }
  for (const auto id : ids) {
    if (const auto slot = state.kinds().slot(id)) erased.push_back({std::string(Kind::name), id.value, *slot});
  }
}

}  // namespace

ErasePerson ErasePerson::from(PersonId person, const Body& body) {
  ErasePerson command;
  command.person = person;
  BodyReader reader(body, command.errors);
  command.reason = reader.text("reason", {Need::optional, true, kErasureReasonCodePointsMax}).value_or("");
  return command;
}

Result<Decision> decide(const ErasePerson& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context) {
  const auto person = state.person_subject(command.person);
  if (!person) return refused(ProblemCode::not_found);
  if (!holds(precondition, person->version)) return refused(ProblemCode::version_conflict);
  if (!command.errors.empty()) return refused(command.errors);

  Decision decision{{}, NothingShown{}, {}};
  PersonErased erased{person->id, person->slot, {}, {}};
  for (const auto& invitation : state.invitations_of(person->id)) {
    if (invitation.open) decision.events.push_back(ended(invitation, context.now));
    erased.invitations.push_back(invitation.id);
  }
  for_each_kind(RecordKinds{}, [&]<class Kind>() {
    if constexpr (AboutPersons<Kind>) add_records<Kind>(command, state, erased.records);
  });
  if (!command.reason.empty()) {
    erased.details = Sealed<ErasureDetails>{state.platform_slot(), ErasureDetails{command.reason}};
  }
  decision.events.emplace_back(std::move(erased));
  return decision;
}

}  // namespace annals
