#include "commands/invitation/invitation_secret.hpp"
#include "core/clock.hpp"
#include "rig.hpp"

/// Invitations that are redeemed, and members and users who leave again.
namespace annals::test::redeem_test {
namespace {

constexpr auto kNotFound = R"({"detail":"Not found."})";
const std::string kInvitations = "/api/catalog/invitations/platform/";
const HeaderList kNobody = {{"Authorization", ""}};

/// Invites and gives the secret of the mail.
std::string invited(Rig& rig, const std::string& email, const std::string& more = "") {
  const auto reply = rig.post(kInvitations, R"({"email":)" + quote_json(email) + more + "}");
  INFO(reply.body());
  REQUIRE(reply.status() == 201);
  const auto open = rig.backend.queries().open_invitation(MemoryBackend::kMain, email, clock_now());
  REQUIRE(open);
  return invitation_secret(rig.backend.digester(), MemoryBackend::kMain, open->id, open->issued);
}

Reply redeem(Rig& rig, const std::string& email, const std::string& secret, const std::string& more = "",
             const std::string& platform = "main", HeaderList headers = kNobody) {
  return rig.post(kInvitations + "redeem/",
                  R"({"platform_key":)" + quote_json(platform) + R"(,"email":)" + quote_json(email) + R"(,"token":)" +
                      quote_json(secret) + more + "}",
                  std::move(headers));
}

TEST_CASE("with the secret of an invitation somebody joins, without any credentials", "[http]") {
  Rig rig;
  const auto ann = rig.person(R"({"name":"Ann","primary_email":"ANN@a.example"})");
  const auto secret = invited(rig, "Ann@a.example", R"(,"is_staff":true,"redirect_to":"https://a.example/in")");
  const auto joined = redeem(rig, "ann@a.example", secret, R"(,"username":"annie","name":"Ann A")");
  CHECK(joined.status() == 201);
  CHECK(joined.body() ==
        R"({"invitation_id":1,"user_id":2,"username":"annie","email":"Ann@a.example","name":"Ann A",)"
        R"("platform_key":"main","is_admin":false,"is_staff":true,"redirect_to":"https://a.example/in"})");
  CHECK_FALSE(joined.header("X-Position").empty());
  CHECK(rig.get("/persons/" + ann).at("platform_user") == "2");
  CHECK(rig.get("/persons/" + ann).at("active") == "false");
  const auto listed = rig.get(kInvitations);
  CHECK(listed.at("results.0.active") == "false");
  CHECK(listed.at("results.0.user_id") == "2");
  CHECK(listed.text("results.0.username") == "annie");
  CHECK(rig.get("/api/core/platform/users/?query=annie").at("results.0.is_staff") == "true");
  CHECK(redeem(rig, "ann@a.example", secret).body() == kNotFound);
  CHECK(rig.send("DELETE", kInvitations + "?id=1").status() == 404);
}

TEST_CASE("who belongs to the platform already is answered with 200", "[http]") {
  Rig rig;
  rig.member_key("bea", {});
  const auto user = rig.get("/api/core/platform/users/?query=bea").at("results.0.user_id");
  const auto email = rig.get("/api/core/platform/users/?query=bea").text("results.0.email");
  const auto joined = redeem(rig, email, invited(rig, email, R"(,"is_admin":true)"));
  CHECK(joined.status() == 200);
  CHECK(joined.at("user_id") == user);
  CHECK(joined.at("is_admin") == "true");
}

TEST_CASE("every secret that is no good gets the same answer", "[http]") {
  Rig rig;
  rig.backend.add_platform("other");
  const auto cid = invited(rig, "cid@c.example");
  const auto dee = invited(rig, "dee@d.example");
  const auto eve = invited(rig, "eve@e.example");
  REQUIRE(rig.send("DELETE", kInvitations + "?email=eve@e.example").status() == 204);
  struct Row {
    const char* email;
    std::string secret;
    const char* platform;
  };
  for (const auto& [email, secret, platform] :
       {Row{"cid@c.example", "wrong", "main"}, Row{"cid@c.example", dee, "main"}, Row{"cid@c.example", cid, "other"},
        Row{"cid@c.example", cid, "nowhere"}, Row{"cid@c.example", cid, "system"}, Row{"nobody@n.example", cid, "main"},
        Row{"eve@e.example", eve, "main"}}) {
    INFO(email << ' ' << platform);
    const auto reply = redeem(rig, email, secret, "", platform);
    CHECK(reply.status() == 404);
    CHECK(reply.body() == kNotFound);
    CHECK(reply.response.headers.empty());
  }
  CHECK(redeem(rig, "cid@c.example", cid).status() == 201);
}

TEST_CASE("what is wrong with a redemption's fields is said, a taken username only to who has the secret", "[http]") {
  Rig rig;
  const auto path = kInvitations + "redeem/";
  CHECK(
      rig.post(path, "{}", kNobody).body() ==
      R"({"platform_key":["This field is required."],"email":["This field is required."],"token":["This field is required."]})");
  CHECK(rig.post(path, "[", kNobody).status() == 400);
  CHECK(rig.get(path, kNobody).status() == 405);
  const auto secret = invited(rig, "fay@f.example");
  CHECK(redeem(rig, "fay@f.example", "wrong", R"(,"username":"ADMIN")").body() == kNotFound);
  const auto taken = redeem(rig, "fay@f.example", secret, R"(,"username":"ADMIN")");
  CHECK(taken.status() == 400);
  CHECK(taken.body() == R"({"username":["user with this username already exists."]})");
  CHECK(redeem(rig, "fay@f.example", secret).text("username") == "fay");
}

TEST_CASE("a redemption is tried beforehand, and repeated with its key", "[http]") {
  Rig rig;
  const auto secret = invited(rig, "gus@g.example");
  const auto tried = rig.post(kInvitations + "redeem/?dry_run=true",
                              R"({"platform_key":"main","email":"gus@g.example","token":")" + secret + "\"}", kNobody);
  CHECK(tried.status() == 200);
  CHECK(tried.at("dry_run") == "true");
  CHECK(tried.at("status_code") == "201");
  CHECK(tried.text("events.0.type") == "UserCreated");
  CHECK(tried.text("events.1.type") == "InvitationRedeemed");
  const HeaderList key = {{"Authorization", ""}, {"Idempotency-Key", "once"}};
  const auto joined = redeem(rig, "gus@g.example", secret, "", "main", key);
  CHECK(joined.status() == 201);
  const auto again = redeem(rig, "gus@g.example", secret, "", "main", key);
  CHECK(again.body() == joined.body());
  CHECK(again.header("Idempotent-Replayed") == "true");
}

TEST_CASE("tries are limited for each client and for each address", "[http]") {
  http::ApiOptions options;
  options.redeem_tries_per_second = 0.01;
  options.redeem_tries_burst = 3;
  Rig rig(options);
  const auto secret = invited(rig, "hal@h.example");
  for (int i = 0; i < 3; ++i) CHECK(redeem(rig, "HAL@h.example", "wrong").status() == 404);
  const auto refused = redeem(rig, "ian@i.example", "wrong");
  CHECK(refused.status() == 429);
  CHECK(refused.header("Retry-After") == "100");
  rig.remote_address = "2001:db8::1";
  CHECK(redeem(rig, "hal@h.example", secret).status() == 429);
  CHECK(redeem(rig, "ian@i.example", "wrong").status() == 404);
  CHECK(rig.post(kInvitations + "redeem/", "{}", kNobody).status() == 400);
  CHECK(rig.post(kInvitations + "redeem/", "{}", kNobody).status() == 429);
}

TEST_CASE("a member is removed, and its keys are refused from then on", "[http]") {
  Rig rig;
  const auto tess = rig.member_key("tess", {}, true);
  const auto key = rig.member_key("jim", {"CRM Viewer"});
  const auto jim = rig.get("/api/core/platform/users/?query=jim").at("results.0.user_id");
  const std::string path = "/api/core/users/platforms/";
  CHECK(rig.get("/persons/", key).status() == 200);
  CHECK(rig.send("DELETE", path + "?user_id=" + jim, {}, rig.member_key("kim", {"CRM Manager"})).status() == 403);
  CHECK(rig.send("DELETE", path + "?user_id=" + jim, {}, tess).status() == 204);
  CHECK(rig.get("/persons/", key).status() == 401);
  CHECK(rig.get("/api/core/platform/users/?query=jim").at("results.0.active") == "false");
  CHECK(rig.send("DELETE", path + "?user_id=" + jim, {}, tess).body() == kNotFound);
  CHECK(rig.send("DELETE", path, {}, tess).body() == R"({"user_id":["This field is required."]})");
  CHECK(rig.send("DELETE", path + "?user_id=x", {}, tess).body() == R"({"user_id":["A valid integer is required."]})");
  CHECK(rig.send("DELETE", path + "?user_id=1", {}, tess).status() == 403);
  CHECK(rig.send("DELETE", path + "?user_id=1&platform_key=other", {}, tess).status() == 404);
}

TEST_CASE("a deactivated user's keys are refused at once, on a connection that was let in before too", "[http]") {
  Rig rig;
  const auto key = rig.member_key("lea", {"CRM Viewer"});
  const auto lea = rig.get("/api/core/platform/users/?query=lea").at("results.0.user_id");
  const auto path = "/api/core/users/" + lea + "/";
  const auto shown = rig.get(path);
  CHECK(shown.text("username") == "lea");
  CHECK(shown.at("active") == "true");
  CHECK(rig.get("/persons/", key).status() == 200);
  http::ConnectionNotes other;
  std::swap(rig.connection, other);
  CHECK(rig.patch(path, R"({"active":false})", {{"If-Match", "\"9\""}}).status() == 412);
  const auto off = rig.patch(path, R"({"active":false})", {{"If-Match", shown.header("ETag")}});
  CHECK(off.status() == 200);
  CHECK(off.at("active") == "false");
  CHECK(off.header("ETag") == "\"2\"");
  std::swap(rig.connection, other);
  CHECK(rig.get("/persons/", key).status() == 401);
  CHECK(rig.get("/api/core/platform/users/?query=lea").at("results.0.active") == "false");
  CHECK(rig.patch(path, R"({"active":true})").status() == 200);
  CHECK(rig.get("/persons/", key).status() == 200);
}

TEST_CASE("users are read and deactivated by superusers, not by themselves", "[http]") {
  Rig rig;
  const auto tess = rig.member_key("tess", {}, true);
  CHECK(rig.get("/api/core/users/1/", tess).status() == 403);
  CHECK(rig.patch("/api/core/users/1/", R"({"active":false})", tess).status() == 403);
  CHECK(rig.get("/api/core/users/99/").body() == kNotFound);
  CHECK(rig.get("/api/core/users/x/").body() == kNotFound);
  CHECK(rig.patch("/api/core/users/99/", "[").body() == kNotFound);
  CHECK(rig.patch("/api/core/users/1/", R"({"active":false})").body() ==
        R"({"active":["You cannot deactivate yourself."]})");
  CHECK(rig.patch("/api/core/users/1/", R"({"active":7})").body() == R"({"active":["Must be a valid boolean."]})");
  const auto etag = rig.get("/api/core/users/1/").header("ETag");
  CHECK(rig.get("/api/core/users/1/", {{"If-None-Match", etag}}).status() == 304);
}

TEST_CASE("a role that a policy gives is not deleted", "[http]") {
  Rig rig;
  const auto role =
      rig.post("/api/core/rbac/roles/", R"({"name":"Readers","actions":["Ibl.CRM/Persons/read"]})").at("id");
  const auto policy =
      rig.post("/api/core/rbac/policies/", R"({"name":"P","role_id":)" + role + R"(,"users_to_add":[]})").at("id");
  const auto refused = rig.send("DELETE", "/api/core/rbac/roles/" + role + "/");
  CHECK(refused.status() == 409);
  CHECK(refused.text("detail") == "This role is given by a policy. Delete or change the policy first.");
  CHECK(rig.send("DELETE", "/api/core/rbac/policies/" + policy + "/").status() == 204);
  CHECK(rig.send("DELETE", "/api/core/rbac/roles/" + role + "/").status() == 204);
}

// --- the page ---

std::string link_to(const std::string& email, const std::string& secret, const std::string& platform = "main") {
  return "/join/?platform_key=" + platform + "&email=" + email + "&token=" + secret;
}

Reply accept(Rig& rig, const std::string& form) {
  return rig.send("POST", "/join/", form,
                  {{"Authorization", ""}, {"Content-Type", "application/x-www-form-urlencoded"}});
}

bool says(const Reply& reply, std::string_view text) {
  return reply.body().find(text) != std::string::npos;
}

TEST_CASE("the page of an invitation says who invites where to, and accepts nothing by being opened", "[http]") {
  Rig rig;
  const auto secret = invited(rig, "mia@m.example");
  for (int i = 0; i < 3; ++i) {
    const auto page = rig.get(link_to("mia%40m.example", secret), kNobody);
    CHECK(page.status() == 200);
    CHECK(page.response.content_type == "text/html; charset=utf-8");
    CHECK(page.response.route == "/join/");
    CHECK(says(page, "<html lang=\"en\">"));
    CHECK(says(page, "invites you to join <strong>Main</strong> as mia@m.example."));
    CHECK(says(page, "<form method=\"post\" action=\"?\">"));
    CHECK(says(page, "<label for=\"name\">"));
    CHECK(says(page, "<input type=\"hidden\" name=\"token\" value=\"" + secret + "\">"));
    CHECK_FALSE(says(page, "<script"));
  }
  CHECK(rig.get(kInvitations).at("results.0.active") == "true");
  CHECK(rig.send("HEAD", link_to("mia@m.example", secret), {}, kNobody).status() == 200);
}

TEST_CASE("the pages are for nobody else to keep, to frame or to learn the address of", "[http]") {
  Rig rig;
  const auto secret = invited(rig, "ned@n.example", R"(,"redirect_to":"https://app.example:8443/in?x=1")");
  const auto policy = [](const Reply& reply) { return reply.header("Content-Security-Policy"); };
  const auto page = rig.get(link_to("ned@n.example", secret), kNobody);
  for (const auto& reply : {page, rig.get("/join/", kNobody)}) {
    CHECK(reply.header("Cache-Control") == "no-store");
    CHECK(reply.header("Referrer-Policy") == "no-referrer");
    CHECK(policy(reply).starts_with("default-src 'none'; img-src data:; style-src 'sha256-"));
    CHECK(policy(reply).ends_with("; base-uri 'none'; frame-ancestors 'none'"));
  }
  CHECK(policy(page).find("form-action 'self' https://app.example:8443;") != std::string::npos);
  CHECK(policy(rig.get("/join/", kNobody)).find("form-action 'self';") != std::string::npos);
  const auto odd = invited(rig, "odd@n.example", R"(,"redirect_to":"http://x;script-src/y")");
  CHECK(policy(rig.get(link_to("odd@n.example", odd), kNobody)).find("form-action 'self' http:;") != std::string::npos);
}

TEST_CASE("a link that is no good shows the same page, whatever is wrong with it", "[http]") {
  Rig rig;
  const auto secret = invited(rig, "ola@o.example");
  const auto page = rig.get("/join/", kNobody);
  CHECK(page.status() == 404);
  for (const auto& link : {link_to("ola@o.example", "wrong"), link_to("pia@o.example", secret),
                           link_to("ola@o.example", secret, "nowhere"), link_to("%ff", secret), link_to("", "")}) {
    const auto other = rig.get(link, kNobody);
    CHECK(other.status() == 404);
    CHECK(other.body() == page.body());
  }
  CHECK(accept(rig, "platform_key=main&email=ola%40o.example&token=wrong").body() == page.body());
  CHECK(accept(rig, "email=ola%40o.example&token=" + secret).status() == 404);
  CHECK(accept(rig, "").body() == page.body());
}

TEST_CASE("accepting on the page leads to the invitation's place, or to a welcome", "[http]") {
  Rig rig;
  auto secret = invited(rig, "pat@p.example", R"(,"redirect_to":"https://app.example/ä?x=1")");
  auto form = "platform_key=main&email=pat%40p.example&token=" + secret + "&name=Pat+P";
  const auto accepted = accept(rig, form);
  CHECK(accepted.status() == 303);
  CHECK(accepted.header("Location") == "https://app.example/%C3%A4?x=1");
  CHECK(accepted.body().empty());
  CHECK(rig.get("/api/core/platform/users/?query=pat").text("results.0.name") == "Pat P");
  CHECK(accept(rig, form).status() == 404);
  CHECK(rig.get(link_to("pat@p.example", secret), kNobody).status() == 404);

  secret = invited(rig, "quin@q.example");
  const auto welcome = accept(rig, "platform_key=main&email=quin%40q.example&token=" + secret);
  CHECK(welcome.status() == 200);
  CHECK(says(welcome, "Welcome to Main"));
  secret = invited(rig, "quin@q.example");
  CHECK_FALSE(says(rig.get(link_to("quin@q.example", secret), kNobody), "<label"));
}

TEST_CASE("what is shown on the page is text, and a faulty form is shown again", "[http]") {
  Rig rig;
  rig.post("/api/core/platform/", R"({"key":"markup","name":"<b>\"A&B's\"</b>"})");
  REQUIRE(rig.post(kInvitations, R"({"email":"ray@r.example","platform_key":"markup"})").status() == 201);
  const auto markup = *rig.backend.queries().platform_with_key("markup");
  const auto open = rig.backend.queries().open_invitation(markup, "ray@r.example", clock_now());
  const auto secret = invitation_secret(rig.backend.digester(), markup, open->id, open->issued);
  const auto page = rig.get(link_to("ray@r.example", secret, "markup"), kNobody);
  CHECK(page.status() == 200);
  CHECK(says(page, "&lt;b&gt;&quot;A&amp;B&#39;s&quot;&lt;/b&gt;"));
  CHECK_FALSE(says(page, "<b>"));
  const auto faulty =
      accept(rig, "platform_key=markup&email=ray%40r.example&token=" + secret + "&name=" + std::string(256, 'n'));
  CHECK(faulty.status() == 400);
  CHECK(says(faulty, "role=\"alert\">name: Ensure this field has no more than 255 characters."));
  CHECK(says(faulty, secret));
}

TEST_CASE("the page takes part in the limit on tries, and says when it is not its time", "[http]") {
  http::ApiOptions options;
  options.redeem_tries_per_second = 0.01;
  options.redeem_tries_burst = 2;
  Rig rig(options);
  CHECK(rig.get(link_to("sue@s.example", "wrong"), kNobody).status() == 404);
  CHECK(redeem(rig, "sue@s.example", "wrong").status() == 404);
  for (const auto& refused : {rig.get(link_to("tim@t.example", "wrong"), kNobody), accept(rig, "token=x")}) {
    CHECK(refused.status() == 429);
    CHECK(refused.header("Retry-After") == "100");
    CHECK(says(refused, "<h1>Please try again</h1>"));
  }
  rig.remote_address = "198.51.100.9";
  rig.backend.not_ready = "loading";
  const auto early = rig.get(link_to("uma@u.example", "wrong"), kNobody);
  CHECK(early.status() == 503);
  CHECK(early.header("Retry-After") == "1");
  CHECK(says(early, "<h1>Please try again</h1>"));
  rig.backend.not_ready.reset();
  rig.backend.refuse_all = ProblemCode::queue_full;
  const auto page = rig.get(link_to("uma@u.example", "wrong"), kNobody);
  CHECK(page.status() == 404);
}

TEST_CASE("a form that the store does not take is answered with a page", "[http]") {
  Rig rig;
  const auto secret = invited(rig, "vera@v.example");
  rig.backend.refuse_all = ProblemCode::outcome_unknown;
  const auto refused = accept(rig, "platform_key=main&email=vera%40v.example&token=" + secret);
  CHECK(refused.status() == 503);
  CHECK(refused.header("Retry-After") == "1");
  CHECK(says(refused, "<h1>Please try again</h1>"));
  rig.backend.refuse_all.reset();
  rig.body_too_large = true;
  CHECK(accept(rig, "x").status() == 413);
}

}  // namespace
}  // namespace annals::test::redeem_test
