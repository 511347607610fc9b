#include "scenario.hpp"

namespace annals::test::erase_person_test {
namespace {

ErasePerson erase(unsigned n, std::string_view reason = {}) {
  return ErasePerson::from(person_id(n), reason.empty() ? Body{} : json(R"({"reason":)" + quote_json(reason) + "}"));
}
PersonErased erased(unsigned n, std::vector<InvitationId> invitations = {}) {
  return {person_id(n), SlotId{500 + n}, std::move(invitations), {}};
}
PersonErased erased_because(unsigned n, std::string_view reason) {
  auto event = erased(n);
  event.details = Sealed<ErasureDetails>{kAcmeSlot, ErasureDetails{std::string(reason)}};
  return event;
}
InvitationIssued invitation(unsigned id, unsigned person, std::string_view email, Timestamp expires_at) {
  InvitationIssued issued;
  issued.invitation = InvitationId{id};
  issued.person = person_id(person);
  issued.expires_at = expires_at;
  issued.details = {SlotId{500 + person}, InvitationDetails{std::string(email), "", {"{}"}, {"{}"}}};
  return issued;
}
PersonCreated ada() {
  auto ada = person(1, "Ada", "ada@acme.example");
  ada.details.data->unique_id = "ext-1";
  return ada;
}
std::vector<Event> two() {
  return acme() + std::vector<Event>{ada(), person(2, "Bea")};
}

TEST_CASE("an erased person is not there, and its unique values are free", "[commands]") {
  auto scenario = given(two());
  scenario.when(erase(1)).then({erased(1)}).shows(NothingShown{});
  CHECK_FALSE(scenario.state().person(person_id(1)));
  CHECK_FALSE(scenario.state().person_exists(person_id(1)));
  CHECK_FALSE(scenario.state().person_with_unique_id("ext-1"));
  CHECK(scenario.state().linkable_persons("ada@acme.example").empty());
  scenario.when(UpdatePerson::from(person_id(2), json(R"({"unique_id":"ext-1"})"), Write::patch));
  CHECK(scenario.state().person_with_unique_id("ext-1") == person_id(2));
}

TEST_CASE("the reason of an erasure is the platform's", "[commands]") {
  given(two()).when(erase(1, "Asked for by letter")).then({erased_because(1, "Asked for by letter")});
}

TEST_CASE("the invitations of an erased person end with it", "[commands]") {
  const auto later = kNow + std::chrono::hours(5);
  auto scenario =
      given(two() +
            std::vector<Event>{invitation(1, 1, "ada@acme.example", later), invitation(2, 2, "bea@acme.example", later),
                               invitation(3, 1, "ada@home.example", kNow), invitation(4, 1, "ada@work.example", later),
                               InvitationRevoked{InvitationId{1}}});
  scenario.when(erase(1)).then({InvitationExpired{InvitationId{3}}, InvitationRevoked{InvitationId{4}},
                                erased(1, {InvitationId{1}, InvitationId{3}, InvitationId{4}})});
  CHECK_FALSE(scenario.state().open_invitation("ada@work.example"));
  CHECK(scenario.state().open_invitation("bea@acme.example"));
  CHECK(scenario.state().invitation(InvitationId{1})->email.empty());
  CHECK(scenario.state().invitations_of(person_id(1)).empty());
}

TEST_CASE("deleted, merged and linked persons can be erased", "[commands]") {
  given(two() + std::vector<Event>{PersonDeleted{person_id(1)}}).when(erase(1)).then({erased(1)});
  given(two() + std::vector<Event>{PersonLinked{person_id(1), UserId{7}, false}}).when(erase(1)).then({erased(1)});
  given(two() + std::vector<Event>{PersonMerged{person_id(1), person_id(2), true, {}},
                                   PersonAbsorbed{person_id(2), {person_id(1)}, {}}})
      .when(erase(1))
      .then({erased(1)});
}

TEST_CASE("a duplicate of an erased primary can still be taken back", "[commands]") {
  given(two())
      .given({PersonMerged{person_id(2), person_id(1), true, {}}, PersonAbsorbed{person_id(1), {person_id(2)}, {}}})
      .when(erase(1))
      .when(UnmergePerson::from(person_id(2), {}))
      .then({PersonUnmerged{person_id(2), person_id(1), true, {}}, PersonReleased{person_id(1), person_id(2), {}}});
}

TEST_CASE("nothing can be done to an erased person", "[commands]") {
  auto scenario = given(two());
  scenario.when(erase(1));
  scenario.when(erase(1)).then_problem(ProblemCode::not_found);
  scenario.when(DeletePerson{person_id(1)}).then_problem(ProblemCode::not_found);
  scenario.when(UpdatePerson::from(person_id(1), {}, Write::patch)).then_problem(ProblemCode::not_found);
  scenario.when(UnmergePerson::from(person_id(1), {})).then_problem(ProblemCode::not_found);
}

TEST_CASE("erasing is refused in this order", "[commands]") {
  const auto faulty = erase(1, std::string(1001, 'x'));
  const auto stale = std::vector{StreamVersion{8}};
  given(two()).if_match(stale).when(erase(9)).then_problem(ProblemCode::not_found);
  given(two()).given_elsewhere({person(6, "Fay")}).when(erase(6)).then_problem(ProblemCode::not_found);
  given(two()).if_match(stale).when(faulty).then_problem(ProblemCode::version_conflict);
  given(two()).when(faulty).then_fields(R"({"reason":["Ensure this field has no more than 1000 characters."]})");
  given(two())
      .if_match({StreamVersion{1}})
      .when(erase(1, std::string(1000, 'y')))
      .then({erased_because(1, std::string(1000, 'y'))});
}

}  // namespace
}  // namespace annals::test::erase_person_test
