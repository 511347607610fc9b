#include "rig.hpp"

namespace annals::test::persons_test {

TEST_CASE("a person created with its name alone has every default", "[http]") {
  Rig rig;
  const auto reply = rig.post("/persons/", R"({"name":"  Ada  "})");
  CHECK(reply.status() == 201);
  const auto id = reply.text("id");
  CHECK(reply.header("Location") == "https://crm.example/persons/" + id + "/");
  CHECK(reply.header("ETag") == "\"1\"");
  CHECK(reply.body() ==
        R"({"id":")" + id +
            R"(","platform":1,"name":"Ada","primary_email":null,"emails":[],"contact_numbers":[],)"
            R"("job_title":"","organization":null,"organization_name":null,"owner":null,"platform_user":null,)"
            R"("lifecycle_stage":"lead","unique_id":"","active":true,"tags":[],"metadata":{},"created_at":")" +
            reply.text("created_at") + R"(","updated_at":")" + reply.text("updated_at") + R"("})");
  CHECK(rig.get("/persons/" + id).body() == reply.body());
  CHECK(rig.post("/api/crm/persons", R"({"name":"Bo"})")
            .header("Location")
            .starts_with("https://crm.example/api/crm/persons/"));
}

TEST_CASE("every failing field of a person is named at once, in the schema's order", "[http]") {
  Rig rig;
  const auto reply =
      rig.post("/persons/", R"({"metadata":1,"unique_id":")" + std::string(129, 'u') +
                                R"(","lifecycle_stage":"boss","owner":"x","organization":"7","job_title":null,)"
                                R"("primary_email":"nobody","name":" ","id":"ignored","nonsense":true})");
  CHECK(reply.status() == 400);
  CHECK(reply.body() ==
        R"({"name":["This field may not be blank."],"primary_email":["Enter a valid email address."],)"
        R"("job_title":["This field may not be null."],"organization":["Must be a valid UUID."],)"
        R"("owner":["A valid integer is required."],"lifecycle_stage":["\"boss\" is not a valid choice."],)"
        R"("unique_id":["Ensure this field has no more than 128 characters."]})");
  CHECK(rig.post("/persons/", R"({"name":"C","owner":99,"organization":"c0ffee00-0000-4000-8000-000000000003"})")
            .body() ==
        R"({"organization":["Invalid pk \"c0ffee00-0000-4000-8000-000000000003\" - object does not exist."],)"
        R"("owner":["Invalid pk \"99\" - object does not exist."]})");
  CHECK(rig.post("/persons/", R"({"name":"a\u0000b"})").body() == R"({"name":["Null characters are not allowed."]})");
}

TEST_CASE("PUT resets what is left out, PATCH leaves it alone, and no change writes nothing", "[http]") {
  Rig rig;
  const auto path =
      "/persons/" + rig.person(R"({"name":"Cid","job_title":"Smith","metadata":{"k":1},"emails":["e"]})") + "/";
  const auto patched = rig.patch(path, R"({"job_title":"Judge","active":false,"platform_user":1})");
  CHECK(patched.text("name") == "Cid");
  CHECK(patched.text("job_title") == "Judge");
  CHECK(patched.at("active") == "true");
  CHECK(patched.at("platform_user") == "null");
  const auto events = rig.backend.events;
  const auto same = rig.patch(path, R"({"job_title":"Judge","metadata":{"k": 1}})");
  CHECK(same.status() == 200);
  CHECK(same.body() == patched.body());
  CHECK(rig.backend.events == events);
  CHECK(rig.send("PATCH", path).body() == patched.body());
  const auto put = rig.put(path, R"({"name":"Cyd"})");
  CHECK(put.text("name") == "Cyd");
  CHECK(put.text("job_title").empty());
  CHECK(put.at("metadata") == "{}");
  CHECK(put.at("emails") == "[]");
  CHECK(rig.put(path, "{}").body() == R"({"name":["This field is required."]})");
}

TEST_CASE("a deleted person is gone", "[http]") {
  Rig rig;
  const auto path = "/persons/" + rig.person(R"({"name":"Dov"})") + "/";
  const auto deleted = rig.send("DELETE", path);
  CHECK(deleted.status() == 204);
  CHECK(deleted.body().empty());
  CHECK(rig.get(path).status() == 404);
  CHECK(rig.send("DELETE", path).status() == 404);
  CHECK(rig.get("/persons/").at("count") == "0");
}

TEST_CASE("unique values refuse a second one", "[http]") {
  Rig rig;
  rig.person(R"({"name":"Eli","unique_id":"X1"})");
  CHECK(rig.post("/persons/", R"({"name":"Eva","unique_id":"X1"})").body() ==
        R"({"unique_id":["person with this unique id already exists."]})");
  const auto acme = "/organizations/" + rig.organization("Acme") + "/";
  CHECK(rig.post("/organizations/", R"({"name":"Acme"})").body() ==
        R"({"name":["organization with this name already exists."]})");
  CHECK(rig.post("/organizations/", R"({"name":"ACME"})").status() == 201);
  CHECK(rig.put(acme, R"({"name":"Acme"})").status() == 200);
}

TEST_CASE("an invitation names the person; a second one names the invitation that exists", "[http]") {
  Rig rig;
  const auto fay = rig.person(R"({"name":"Fay","primary_email":"Fay@f.example"})");
  const auto invite = rig.send("POST", "/persons/" + fay + "/invite/");
  INFO(invite.body());
  CHECK(invite.status() == 201);
  CHECK(invite.header("Location").empty());
  CHECK(invite.body() == R"({"person_id":")" + fay +
                             R"(","invitation_id":1,"invitation_email":"Fay@f.example","platform_key":"main",)"
                             R"("auto_accept":true,"active":true,"redirect_to":null,"created":")" +
                             invite.text("created") + R"("})");
  const auto twin = rig.person(R"({"name":"Fay's twin","primary_email":"fay@F.example"})");
  const auto conflict = rig.post("/persons/" + twin + "/invite/", R"({"redirect_to":"https://a.example/"})");
  CHECK(conflict.status() == 409);
  CHECK(conflict.body() ==
        R"({"detail":"An active invitation for this email exists in this platform.","invitation_id":1,"person_id":")" +
            twin + R"(","platform_key":"main"})");
}

TEST_CASE("an invitation is refused without an email, for a linked person, and beyond one's rights", "[http]") {
  Rig rig;
  const auto gus = rig.person(R"({"name":"Gus"})");
  const auto refused = rig.send("POST", "/persons/" + gus + "/invite/");
  CHECK(refused.status() == 400);
  CHECK(refused.body() == R"({"detail":"The person has no primary_email."})");
  const auto hope = rig.person(R"({"name":"Hope","primary_email":"hope@h.example"})");
  const auto inviter = rig.member_key("inviter", {"CRM Inviter"});
  CHECK(rig.post("/persons/" + hope + "/invite/", R"({"is_admin":true})", inviter).status() == 403);
  REQUIRE(rig.post("/persons/" + hope + "/link-user/", R"({"user_id":1})").status() == 200);
  CHECK(rig.post("/persons/" + hope + "/invite/", "{}").status() == 422);
  CHECK(rig.post("/persons/" + hope + "/invite/", "[]").status() == 400);
}

TEST_CASE("a person is linked to an active member, once", "[http]") {
  Rig rig;
  const auto path = "/persons/" + rig.person(R"({"name":"Ira"})") + "/link-user/";
  const auto stranger = rig.post("/api/core/users/", R"({"username":"stranger"})").at("id");
  const auto jack = std::to_string(rig.backend.add_member(MemoryBackend::kMain, "jack", {}).value);
  CHECK(rig.post(path, "{}").body() == R"({"user_id":["This field is required."]})");
  CHECK(rig.post(path, R"({"user_id":"x"})").body() == R"({"user_id":["A valid integer is required."]})");
  CHECK(rig.post(path, R"({"user_id":4711})").status() == 404);
  CHECK(rig.post(path, R"({"user_id":)" + stranger + "}").status() == 403);
  const auto linked = rig.post(path, R"({"user_id":")" + jack + "\"}");
  CHECK(linked.status() == 200);
  CHECK(linked.at("platform_user") == jack);
  CHECK(linked.at("active") == "false");
  const auto events = rig.backend.events;
  CHECK(rig.post(path, R"({"user_id":)" + jack + "}").body() == linked.body());
  CHECK(rig.post(path, R"({"user_id":1})").body() == linked.body());
  CHECK(rig.backend.events == events);
}

TEST_CASE("a merge is refused for every wrong list, and done for a right one", "[http]") {
  Rig rig;
  const auto kim = rig.person(R"({"name":"Kim"})");
  const auto kym = rig.person(R"({"name":"Kym"})");
  const auto merge = [&](const std::string& primary, const std::string& duplicates) {
    return rig.post("/persons/merge/", R"({"primary_id":)" + primary + R"(,"duplicate_ids":)" + duplicates + "}");
  };
  const auto quoted = [](const std::string& id) { return "\"" + id + "\""; };
  CHECK(rig.post("/persons/merge/", "{}").body() ==
        R"({"primary_id":["This field is required."],"duplicate_ids":["This field is required."]})");
  CHECK(merge(quoted(kim), "[]").body() == R"({"duplicate_ids":["This list may not be empty."]})");
  CHECK(merge(quoted(kim), "\"x\"").body() ==
        R"({"duplicate_ids":["Expected a list of items but got type \"str\"."]})");
  CHECK(merge(quoted(kim), "[" + quoted(kym) + ",7,\"x\"]").body() ==
        R"({"duplicate_ids":{"1":["Must be a valid UUID."],"2":["Must be a valid UUID."]}})");
  CHECK(merge(quoted(kim), "[" + quoted(kim) + "]").status() == 400);
  CHECK(merge(quoted(kim), R"(["c0ffee00-0000-4000-8000-000000000004"])").status() == 400);
  CHECK(merge(R"("c0ffee00-0000-4000-8000-000000000005")", "[" + quoted(kym) + "]").status() == 404);
  const auto merged = merge(quoted(kim), "[" + quoted(kym) + "," + quoted(kym) + "]");
  CHECK(merged.status() == 200);
  CHECK(merged.body() == R"({"primary_id":")" + kim + R"(","merged_ids":[")" + kym +
                             R"("],"reparented":{"deals":0,"activities":0,"tags":0}})");
  CHECK(merged.header("Location").empty());
  CHECK(rig.get("/persons/" + kym).at("active") == "false");
  CHECK(merge(quoted(kim), "[" + quoted(kym) + "]").at("merged_ids") == "[]");
  CHECK(merge(quoted(kym), "[" + quoted(kim) + "]").status() == 400);
}

TEST_CASE("a merge is taken back, from either side", "[http]") {
  Rig rig;
  const auto primary = rig.person(R"({"name":"Ada"})");
  const auto duplicate = rig.person(R"({"name":"Bo"})");
  const auto merge = R"({"primary_id":")" + primary + R"(","duplicate_ids":[")" + duplicate + R"("]})";
  REQUIRE(rig.post("/persons/merge/", merge).status() == 200);
  const auto answer = rig.send("POST", "/persons/" + duplicate + "/unmerge/");
  CHECK(answer.status() == 200);
  CHECK(answer.body() == R"({"primary_id":")" + primary + R"(","unmerged_id":")" + duplicate +
                             R"(","reparented":{"deals":0,"activities":0,"tags":0},"kept":[]})");
  CHECK(rig.get("/persons/" + duplicate + "/").at("active") == "true");
  const auto again = rig.send("POST", "/persons/" + duplicate + "/unmerge/");
  CHECK(again.status() == 400);
  CHECK(again.text("detail") == "This person has not been merged into another person.");
  REQUIRE(rig.post("/persons/merge/", merge).status() == 200);
  CHECK(rig.post("/persons/" + primary + "/unmerge/", R"({"duplicate_id":")" + duplicate + R"("})").status() == 200);
  CHECK(rig.send("POST", "/persons/c0ffee00-0000-4000-8000-000000000003/unmerge/").status() == 404);
}

TEST_CASE("an erased person is gone, also when it was deleted before", "[http]") {
  Rig rig;
  const auto person = rig.person(R"({"name":"Ada","unique_id":"ext-1"})");
  const auto deleted = rig.person(R"({"name":"Bo"})");
  REQUIRE(rig.send("DELETE", "/persons/" + deleted + "/").status() == 204);
  const auto path = "/persons/" + person + "/erase/";
  CHECK(rig.post(path, R"({"reason":")" + std::string(1001, 'x') + R"("})").status() == 400);
  CHECK(rig.post(path, "[1", {}).status() == 400);
  const auto answer = rig.post(path, R"({"reason":"By letter"})");
  CHECK(answer.status() == 204);
  CHECK(answer.body().empty());
  CHECK(rig.get("/persons/" + person + "/").status() == 404);
  CHECK(rig.post(path, "[1").status() == 404);
  CHECK(rig.send("POST", "/persons/" + deleted + "/erase/").status() == 204);
  CHECK(rig.send("POST", "/persons/" + deleted + "/erase/").status() == 404);
  CHECK(rig.send("POST", "/persons/nobody/erase/").status() == 404);
  rig.person(R"({"name":"Cid","unique_id":"ext-1"})");
}

TEST_CASE("an erasure has a certificate that names the person's events and what the log holds", "[http]") {
  Rig rig;
  const auto person = rig.person(R"({"name":"Ada"})");
  const auto path = "/persons/" + person + "/erasure/";
  const auto created = rig.post("/persons/", R"({"name":"Bo"})").header("X-Position");
  CHECK(rig.get(path).status() == 404);
  const auto erased = rig.post("/persons/" + person + "/erase/", R"({"reason":"By letter"})");
  REQUIRE(erased.status() == 204);
  const auto position = erased.header("X-Position");
  CHECK(std::stoull(position) == std::stoull(created) + 1);
  const auto certificate = rig.get(path);
  CHECK(certificate.status() == 200);
  CHECK(certificate.text("person_id") == person);
  CHECK(certificate.text("erased_by.username") == "admin");
  CHECK(certificate.text("reason") == "By letter");
  CHECK(certificate.at("position") == position);
  CHECK(certificate.at("events") == "[" + std::to_string(std::stoull(created) - 1) + ',' + position + ']');
  CHECK(certificate.text("hash") == to_hex(as_view(sha256("the commit at " + position))));
  CHECK(certificate.at("head.position") == "42");
  CHECK(rig.get(path, rig.member_key("vera", {"CRM Viewer"})).status() == 200);
  CHECK(rig.get("/persons/nobody/erasure/").status() == 404);
}

TEST_CASE("what the committer refuses becomes its status, with when to come back", "[http]") {
  Rig rig;
  const std::vector<std::pair<ProblemCode, unsigned>> refusals = {{ProblemCode::queue_full, 503},
                                                                  {ProblemCode::store_unavailable, 503},
                                                                  {ProblemCode::outcome_unknown, 503},
                                                                  {ProblemCode::stopping, 503},
                                                                  {ProblemCode::idempotency_in_progress, 409}};
  for (const auto& [code, status] : refusals) {
    rig.backend.refuse_all = code;
    const auto reply = rig.post("/persons/", R"({"name":"Lou"})");
    CHECK(reply.status() == status);
    CHECK(reply.header("Retry-After") == (status == 503 ? "1" : ""));
    CHECK(reply.response.route == "/persons/");
    CHECK(rig.get("/persons/").status() == 200);
  }
}

}  // namespace annals::test::persons_test
