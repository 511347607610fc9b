#include "rig.hpp"

namespace annals::test::tags_test {
namespace {

std::string new_tag(Rig& rig, const std::string& name) {
  return rig.post("/tags/", R"({"name":")" + name + "\"}").at("id");
}
Reply attach(Rig& rig, const std::string& host, const std::string& tag) {
  return rig.post(host + "tags/", R"({"tag_id":)" + tag + "}");
}

}  // namespace

TEST_CASE("a tag is attached once; who attaches it again is told so in the same shape", "[http]") {
  Rig rig;
  const auto tag = new_tag(rig, "VIP");
  for (const auto& host :
       {"/persons/" + rig.person(R"({"name":"Ada"})") + "/", "/organizations/" + rig.organization("Engines") + "/"}) {
    const auto attached = attach(rig, host, tag);
    CHECK(attached.status() == 201);
    CHECK(attached.at("tag") == R"({"id":)" + tag + R"(,"name":"VIP","color":"#888888"})");
    const auto again = attach(rig, host, tag);
    CHECK(again.status() == 409);
    CHECK(again.body() == attached.body());
    CHECK(rig.get(host).at("tags") == "[" + attached.at("tag") + "]");
    const auto listed = rig.get(host + "tags/");
    CHECK(listed.at("count") == "1");
    CHECK(listed.at("results") == "[" + attached.body() + "]");
    CHECK(rig.send("DELETE", host + "tags/" + tag + "/").status() == 204);
    CHECK(rig.send("DELETE", host + "tags/" + tag + "/").status() == 404);
    CHECK(rig.get(host).at("tags") == "[]");
  }
}

TEST_CASE("a tag is attached to what is there, and only a tag that is there", "[http]") {
  Rig rig;
  const auto tag = new_tag(rig, "VIP");
  const auto person = "/persons/" + rig.person(R"({"name":"Ada"})") + "/";
  CHECK(attach(rig, "/persons/c0ffee00-0000-4000-8000-000000000003/", tag).status() == 404);
  CHECK(attach(rig, "/organizations/7/", tag).status() == 404);
  CHECK(rig.get("/persons/c0ffee00-0000-4000-8000-000000000003/tags/").status() == 404);
  CHECK(attach(rig, person, "77").body() == R"({"detail":"Not found."})");
  CHECK(rig.post(person + "tags/", "{}").body() == R"({"tag_id":["This field is required."]})");
  CHECK(rig.post(person + "tags/", R"({"tag_id":"one"})").body() == R"({"tag_id":["A valid integer is required."]})");
}

TEST_CASE("persons and organizations are filtered by any of some tags", "[http]") {
  Rig rig;
  std::vector<std::string> tags;
  for (const auto* name : {"A", "B", "C"}) tags.push_back(new_tag(rig, name));
  const auto ada = rig.person(R"({"name":"Ada"})");
  const auto bob = rig.person(R"({"name":"Bob"})");
  attach(rig, "/persons/" + ada + "/", tags[0]);
  attach(rig, "/persons/" + bob + "/", tags[1]);
  const auto count = [&](const std::string& query) { return rig.get("/persons/?" + query).at("count"); };
  CHECK(count("tags=" + tags[0]) == "1");
  CHECK(count("tags=" + tags[0] + "," + tags[1]) == "2");
  CHECK(count("tags=" + tags[0] + "&tags=" + tags[1]) == "2");
  CHECK(count("tags=" + tags[2]) == "0");
  CHECK(count("tags=999999999999999999999") == "0");
  CHECK(count("tags=") == "2");
  CHECK(count("tags=%20" + tags[0] + "%20") == "1");
  for (const auto* wrong : {"x", "1,", "1,,2", "-1", "1.5"}) {
    CHECK(rig.get("/persons/?tags=" + std::string(wrong)).body() ==
          R"({"tags":["Enter whole numbers with commas between them."]})");
  }
  CHECK(rig.get("/organizations/?tags=" + tags[0]).at("count") == "0");
}

TEST_CASE("tags are listed by any part of their name", "[http]") {
  Rig rig;
  for (const auto* name : {"Straße", "Bahn"}) new_tag(rig, name);
  for (const auto* query : {"name=STRASSE", "search=strasse"}) {
    const auto page = rig.get("/tags/?" + std::string(query));
    CHECK(page.at("count") == "1");
    CHECK(page.text("results.0.name") == "Straße");
  }
  CHECK(rig.get("/tags/").at("count") == "2");
}

}  // namespace annals::test::tags_test
