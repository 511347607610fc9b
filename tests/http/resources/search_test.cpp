#include "rig.hpp"

namespace annals::test::search_test {
namespace {

/// What stands in `member` of each record.
std::vector<std::string> each(const Reply& reply, std::string_view part, std::string_view member) {
  std::vector<std::string> found;
  const auto records = reply.at(part);
  for (const auto record : json_elements(records)) found.push_back(json_string(json_at(record, member)));
  return found;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a search answers with the records as their lists have them, and with what was asked", "[http]") {
  Rig rig;
  rig.person(R"({"name":"Joan Mill"})");
  rig.person(R"({"name":"Miller"})");
  rig.organization("Windmill");
  const auto found = rig.get("/search/?q=%20MILL%20");
  CHECK(found.status() == 200);
  CHECK(found.at("q") == R"("MILL")");
  CHECK(each(found, "persons", "name") == Names{"Miller", "Joan Mill"});
  CHECK(found.at("persons") == rig.get("/persons/?search=mill").at("results"));
  CHECK(found.at("organizations") == rig.get("/organizations/").at("results"));
  CHECK(found.at("deals") == "[]");
  CHECK(each(rig.get("/api/crm/search?q=mill&limit=1"), "persons", "name") == Names{"Miller"});
  CHECK(each(rig.get("/dm/api/crm/search/?q=mill&limit=999"), "persons", "name").size() == 2);
  CHECK(each(rig.get("/search/?q=mill&as_of=37"), "persons", "name").size() == 2);
}

TEST_CASE("a search without anything to look for, or with a limit that is none, is refused", "[http]") {
  Rig rig;
  CHECK(rig.get("/search/").status() == 400);
  CHECK(rig.get("/search/").body() == R"({"q":["This field is required."]})");
  CHECK(rig.get("/search/?q=").body() == R"({"q":["This field is required."]})");
  CHECK(rig.get("/search/?q=%20%20").body() == R"({"q":["This field may not be blank."]})");
  CHECK(rig.get("/search/?q=%FF").body() == R"({"q":["Not a valid string."]})");
  CHECK(rig.get("/search/?limit=0").body() ==
        R"({"q":["This field is required."],"limit":["Enter a whole number from 1."]})");
  for (const auto* limit : {"-1", "1.5", "ten"}) {
    CHECK(rig.get("/search/?q=a&limit=" + std::string(limit)).body() ==
          R"({"limit":["Enter a whole number from 1."]})");
  }
}

TEST_CASE("what a caller may not list is no part of a search", "[http]") {
  Rig rig;
  rig.person(R"({"name":"Mill"})");
  rig.organization("Mill");
  const auto inviter = rig.get("/search/?q=mill", rig.member_key("inga", {"CRM Inviter"}));
  CHECK(each(inviter, "persons", "name") == Names{"Mill"});
  CHECK_FALSE(inviter.body().contains("organizations"));
  CHECK_FALSE(inviter.body().contains("deals"));
  CHECK(rig.get("/search/?q=mill", rig.member_key("nora", {})).status() == 403);
}

}  // namespace annals::test::search_test
