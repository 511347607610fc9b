#include "scenario.hpp"

namespace annals::test::roles_and_policies_test {
namespace {

CreateRole creation(std::string_view body) {
  return CreateRole::from(json(body));
}
UpdateRole change_role(unsigned id, std::string_view body, Write write = Write::patch) {
  return UpdateRole::from(RoleId{id}, json(body), write);
}

RoleCreated caller_role(unsigned id, std::string name) {
  return {RoleId{id}, false, {kAcmeSlot, RoleDetails{std::move(name), {"Ibl.CRM/Persons/read", "Ibl.CRM/Tags/*"}}}};
}
std::vector<Event> with_role() {
  return acme() + std::vector<Event>{caller_role(7, "Caller")};
}

TEST_CASE("a role is created with its actions, each once", "[commands]") {
  given(acme())
      .when(creation(R"({"name":"Caller","actions":["Ibl.CRM/Persons/read","Ibl.CRM/Tags/*","Ibl.CRM/Persons/read"]})"))
      .then({caller_role(7, "Caller")})
      .shows(RoleShown{RoleId{7}, true});
  given(acme())
      .when(creation(R"({"name":"Idle"})"))
      .then({RoleCreated{RoleId{7}, false, {kAcmeSlot, RoleDetails{"Idle", {}}}}});
}

TEST_CASE("a role's name is unique", "[commands]") {
  const auto* taken = R"({"name":["role with this name already exists."]})";
  given(with_role()).when(creation(R"({"name":"Caller"})")).then_fields(taken);
  given(with_role()).when(creation(R"({"name":"CRM Viewer"})")).then_fields(taken);
  given(with_role()).when(change_role(7, R"({"name":"Auditor"})")).then_fields(taken);
  given(with_role()).when(change_role(7, R"({"name":"Caller"})")).then_nothing();
  given(with_role())
      .when(DeleteRole{RoleId{7}})
      .when(creation(R"({"name":"Caller"})"))
      .then({RoleCreated{RoleId{8}, false, {kAcmeSlot, RoleDetails{"Caller", {}}}}});
  given(with_role())
      .when(creation(R"({"name":"Caller","actions":["x"]})"))
      .then_fields(
          R"({"name":["role with this name already exists."],"actions":{"0":["\"x\" is not a valid permission."]}})");
}

TEST_CASE("a role's update records only what changed", "[commands]") {
  given(with_role())
      .when(change_role(7, R"({"name":"Agent"})"))
      .then({RoleUpdated{RoleId{7}, {kAcmeSlot, RoleDetailsChange{"Agent", std::nullopt}}}})
      .shows(RoleShown{RoleId{7}, false});
  given(with_role())
      .when(change_role(7, R"({"name":"Caller"})", Write::replace))
      .then({RoleUpdated{RoleId{7}, {kAcmeSlot, RoleDetailsChange{std::nullopt, std::vector<std::string>{}}}}});
  given(with_role())
      .when(change_role(7, R"({"actions":["Ibl.CRM/Persons/read","Ibl.CRM/Tags/*"]})"))
      .then_nothing()
      .shows(RoleShown{RoleId{7}, false});
}

TEST_CASE("seeded roles are read-only", "[commands]") {
  for (unsigned id = 1; id <= 6; ++id) {
    INFO(id);
    given(acme()).when(change_role(id, R"({"name":"Mine"})")).then_problem(ProblemCode::permission_denied);
    given(acme()).when(DeleteRole{RoleId{id}}).then_problem(ProblemCode::permission_denied);
  }
}

PolicyCreated callers(unsigned id, std::string name) {
  return {PolicyId{id}, RoleId{7}, {UserId{2}, UserId{7}}, {kAcmeSlot, PolicyDetails{std::move(name), {R"(["all"])"}}}};
}
std::vector<Event> with_policy() {
  return with_role() + std::vector<Event>{callers(1, "Callers")};
}

TEST_CASE("a role that a policy gives cannot be deleted", "[commands]") {
  given(with_policy()).when(DeleteRole{RoleId{7}}).then_problem(ProblemCode::role_in_use);
  given(with_policy())
      .when(DeletePolicy{PolicyId{1}})
      .when(DeleteRole{RoleId{7}})
      .then({RoleDeleted{RoleId{7}}})
      .shows(NothingShown{});
}

TEST_CASE("writing a role is refused in this order", "[commands]") {
  const StreamVersion stale{8};
  given(with_policy()).if_match({stale}).when(change_role(70, R"({"name":""})")).then_problem(ProblemCode::not_found);
  given(with_policy())
      .if_match({stale})
      .when(change_role(1, R"({"name":""})"))
      .then_problem(ProblemCode::permission_denied);
  given(with_policy())
      .if_match({stale})
      .when(change_role(7, R"({"name":""})"))
      .then_problem(ProblemCode::version_conflict);
  given(with_policy())
      .if_match({StreamVersion{1}})
      .when(change_role(7, R"({"name":""})"))
      .then_problem(ProblemCode::invalid_fields);
  given(with_policy()).if_match({stale}).when(DeleteRole{RoleId{70}}).then_problem(ProblemCode::not_found);
  given(with_policy()).if_match({stale}).when(DeleteRole{RoleId{7}}).then_problem(ProblemCode::version_conflict);
}

CreatePolicy policy(std::string_view body) {
  return CreatePolicy::from(json(body));
}
UpdatePolicy change_policy(unsigned id, std::string_view body, Write write = Write::patch) {
  return UpdatePolicy::from(PolicyId{id}, json(body), write);
}
PolicyUpdated updated(std::vector<UserId> added, std::vector<UserId> removed) {
  PolicyUpdated event;
  event.policy = PolicyId{1};
  event.users_added = std::move(added);
  event.users_removed = std::move(removed);
  return event;
}

TEST_CASE("a policy gives a role to members", "[commands]") {
  given(with_role())
      .when(policy(R"({"name":"Callers","role_id":"7","resources":["all"],"users_to_add":[7,"2",7]})"))
      .then({callers(1, "Callers")})
      .shows(PolicyShown{PolicyId{1}, true});
  given(with_role())
      .when(policy(R"({"name":"Nobody","role_id":3,"users_to_add":[7],"users_to_remove":[7]})"))
      .then({PolicyCreated{PolicyId{1}, RoleId{3}, {}, {kAcmeSlot, PolicyDetails{"Nobody", {"[]"}}}}});
}

TEST_CASE("a policy's faults come together", "[commands]") {
  given(with_policy() + std::vector<Event>{user(9, "stranger")})
      .when(policy(R"({"name":"Callers","role_id":70,"users_to_add":[9,7,-1]})"))
      .then_fields(
          R"({"name":["policy with this name already exists."],"role_id":["Invalid pk \"70\" - object does not exist."],)"
          R"("users_to_add":["Invalid pk \"9\" - object does not exist.","Invalid pk \"-1\" - object does not exist."]})");
  given(with_policy())
      .when(policy(R"({"role_id":70,"users_to_remove":"x"})"))
      .then_fields(R"({"name":["This field is required."],"role_id":["Invalid pk \"70\" - object does not exist."],)"
                   R"("users_to_remove":["Expected a list of items but got type \"str\"."]})");
}

TEST_CASE("a policy's update records only what changed", "[commands]") {
  given(with_policy())
      .when(change_policy(1, R"({"users_to_add":[1,7]})"))
      .then({updated({UserId{1}}, {})})
      .shows(PolicyShown{PolicyId{1}, false});
  given(with_policy()).when(change_policy(1, R"({"users_to_remove":[2,1]})")).then({updated({}, {UserId{2}})});
  given(with_policy())
      .when(change_policy(1, R"({"users_to_add":[1,2],"users_to_remove":[2,1]})"))
      .then({updated({}, {UserId{2}})});
  auto role = updated({}, {});
  role.role = RoleId{3};
  given(with_policy()).when(change_policy(1, R"({"role_id":3})")).then({role});
  auto name = updated({}, {});
  name.details = {kAcmeSlot, PolicyDetailsChange{"Agents", std::nullopt}};
  given(with_policy()).when(change_policy(1, R"({"name":"Agents"})")).then({name});
  auto reset = updated({}, {});
  reset.details = {kAcmeSlot, PolicyDetailsChange{std::nullopt, JsonText{"[]"}}};
  given(with_policy()).when(change_policy(1, R"({"name":"Callers","role_id":7})", Write::replace)).then({reset});
}

TEST_CASE("a policy's update that changes nothing records nothing", "[commands]") {
  given(with_policy()).when(change_policy(1, "{}")).then_nothing().shows(PolicyShown{PolicyId{1}, false});
  given(with_policy())
      .when(change_policy(1, R"({"name":"Callers","role_id":7,"resources":[ "all" ],"users_to_add":[7]})",
                          Write::replace))
      .then_nothing();
}

TEST_CASE("writing a policy is refused in this order", "[commands]") {
  const StreamVersion stale{8};
  given(with_policy()).if_match({stale}).when(change_policy(70, R"({"name":""})")).then_problem(ProblemCode::not_found);
  given(with_policy())
      .if_match({stale})
      .when(change_policy(1, R"({"name":""})"))
      .then_problem(ProblemCode::version_conflict);
  given(with_policy())
      .if_match({StreamVersion{1}})
      .when(change_policy(1, R"({"name":""})"))
      .then_problem(ProblemCode::invalid_fields);
  given(with_policy()).if_match({stale}).when(DeletePolicy{PolicyId{70}}).then_problem(ProblemCode::not_found);
  given(with_policy()).if_match({stale}).when(DeletePolicy{PolicyId{1}}).then_problem(ProblemCode::version_conflict);
  given(with_policy()).when(DeletePolicy{PolicyId{1}}).then({PolicyDeleted{PolicyId{1}}}).shows(NothingShown{});
}

}  // namespace
}  // namespace annals::test::roles_and_policies_test
