#include "scenario.hpp"

namespace annals::test::batch_persons_test {
namespace {

BatchPersons batch(std::string_view items, bool all_or_none = false) {
  return BatchPersons::from(
      json(R"({"items":[)" + std::string(items) + R"(],"all_or_none":)" + (all_or_none ? "true" : "false") + "}"));
}
BatchShown::Row created(unsigned n) {
  return {201, new_person(n), {}};
}
BatchShown::Row updated(unsigned n) {
  return {200, person_id(n), {}};
}
BatchShown::Row refused(std::string field, std::string message, std::uint16_t status = 400) {
  return {status, std::nullopt, {{std::move(field), {std::move(message)}}}};
}
PersonCreated creation(unsigned n, std::string_view name, std::string_view unique_id = {}) {
  PersonCreated event;
  event.person = new_person(n);
  event.details = {SlotId{1000 + n}, PersonDetails{}};
  event.details.data->name = name;
  event.details.data->unique_id = unique_id;
  return event;
}
PersonUpdated change(PersonId person, SlotId slot, PersonDetailsChange details) {
  PersonUpdated event;
  event.person = person;
  event.details = Sealed<PersonDetailsChange>{slot, std::move(details)};
  return event;
}
PersonDetailsChange titled(std::string_view title) {
  PersonDetailsChange details;
  details.job_title = title;
  return details;
}
std::vector<Event> two() {
  auto ada = person(1, "Ada");
  ada.details.data->unique_id = "ext-1";
  return acme() + std::vector<Event>{ada, person(2, "Bea")};
}

TEST_CASE("a batch creates, updates and upserts in one commit, and says what became of each item", "[commands]") {
  given(two())
      .when(batch(R"({"operation":"create","name":"Cea"},
                     {"operation":"update","id":"a0000000-0000-4000-8000-000000000002","job_title":"Smith"},
                     {"operation":"upsert","unique_id":"ext-1","job_title":"Judge"},
                     {"operation":"upsert","unique_id":"ext-9","name":"Dea"})"))
      .then({creation(1, "Cea"), change(person_id(2), SlotId{502}, titled("Smith")),
             change(person_id(1), SlotId{501}, titled("Judge")), creation(2, "Dea", "ext-9")})
      .shows(BatchShown{{created(1), updated(2), updated(1), created(2)}, false});
}

TEST_CASE("an item of a batch sees those before it", "[commands]") {
  given(two())
      .when(batch(R"({"operation":"create","name":"Cea","unique_id":"ext-2"},
                     {"operation":"create","name":"Twin","unique_id":"ext-2"},
                     {"operation":"upsert","unique_id":"ext-2","job_title":"Smith"},
                     {"operation":"upsert","unique_id":"ext-2","job_title":"Smith"},
                     {"operation":"update","id":"a0000000-0000-4000-8000-000000000001","unique_id":"ext-3"},
                     {"operation":"create","name":"Heir","unique_id":"ext-1"},
                     {"operation":"update","id":"a0000000-0000-4000-8000-000000000002","unique_id":"ext-3"})"))
      .then({creation(1, "Cea", "ext-2"), change(new_person(1), SlotId{1001}, titled("Smith")),
             change(person_id(1), SlotId{501}, with(&PersonDetailsChange::unique_id, std::string("ext-3"))),
             creation(2, "Heir", "ext-1")})
      .shows(BatchShown{{created(1),
                         refused("unique_id", "person with this unique id already exists."),
                         {200, new_person(1), {}},
                         {200, new_person(1), {}},
                         updated(1),
                         created(2),
                         refused("unique_id", "person with this unique id already exists.")},
                        false});
}

TEST_CASE("items are refused one by one", "[commands]") {
  given(two())
      .given_elsewhere({person(6, "Fay")})
      .when(batch(R"({"operation":"create"},
                     {"operation":"update","id":"a0000000-0000-4000-8000-000000000006","name":"Gea"},
                     {"operation":"update","name":"Gea"},
                     {"operation":"upsert","name":"Gea"},
                     {"operation":"delete","name":"Gea"},
                     {"name":"Gea"},
                     7,
                     {"operation":"create","name":"Gea","owner":99},
                     {"operation":"create","name":"Hea"})"))
      .then({creation(1, "Hea")})
      .shows(BatchShown{
          {refused("name", "This field is required."), refused("id", "Not found.", 404),
           refused("id", "This field is required."), refused("unique_id", "This field is required."),
           refused("operation", "\"delete\" is not a valid choice."), refused("operation", "This field is required."),
           refused("non_field_errors", "Invalid data. Expected a dictionary, but got int."),
           refused("owner", "Invalid pk \"99\" - object does not exist."), created(1)},
          false});
}

TEST_CASE("all or none: one refused item keeps everything from being written", "[commands]") {
  const auto* items = R"({"operation":"create","name":"Cea"},{"operation":"create","name":""},
                         {"operation":"update","id":"a0000000-0000-4000-8000-000000000002","job_title":"Smith"})";
  given(two())
      .when(batch(items, true))
      .then_nothing()
      .shows(BatchShown{{{201, std::nullopt, {}}, refused("name", "This field may not be blank."), updated(2)}, true});
  given(two())
      .when(batch(R"({"operation":"create","name":"Cea"},{"operation":"create","name":"Dea"})", true))
      .then({creation(1, "Cea"), creation(2, "Dea")})
      .shows(BatchShown{{created(1), created(2)}, false});
}

TEST_CASE("a batch that changes nothing writes nothing", "[commands]") {
  given(two())
      .when(batch(R"({"operation":"upsert","unique_id":"ext-1","name":"Ada"})"))
      .then_nothing()
      .shows(BatchShown{{updated(1)}, false});
}

TEST_CASE("a batch is a list of items", "[commands]") {
  const auto fields_of = [](std::string_view body) {
    auto scenario = given(two());
    scenario.when(BatchPersons::from(json(body))).then_problem(ProblemCode::invalid_fields);
    return shown(scenario.decided()->error().fields);
  };
  CHECK(fields_of("{}") == R"({"items":["This field is required."]})");
  CHECK(fields_of(R"({"items":{}})") == R"({"items":["Expected a list of items but got type \"dict\"."]})");
  CHECK(fields_of(R"({"items":[],"all_or_none":"perhaps"})") ==
        R"({"items":["This list may not be empty."],"all_or_none":["Must be a valid boolean."]})");
  std::string many = "1";
  for (int i = 0; i < 1000; ++i) many += ",1";
  CHECK(fields_of(R"({"items":[)" + many + "]}") ==
        R"({"items":["Ensure this field has no more than 1000 elements."]})");
}

}  // namespace
}  // namespace annals::test::batch_persons_test
