#include "rig.hpp"

namespace annals::mail_outbox_test {
using namespace annals::test;

namespace {
constexpr std::string_view kOutbox = "/api/catalog/invitations/platform/outbox/";
const std::string kResend = "/api/catalog/invitations/platform/outbox/5/resend/";
}  // namespace

TEST_CASE("Tenant Admins list the mails of their platform's invitations", "[http][mail]") {
  Rig rig;
  const auto listed = rig.get(kOutbox);
  CHECK(listed.status() == 200);
  CHECK(listed.at("count") == "1");
  CHECK(listed.at("results.0.invitation_id") == "5");
  CHECK(listed.text("results.0.link") == "https://main.example/join/");
  CHECK(rig.get("/dm/api/catalog/invitations/platform/outbox/").status() == 200);
  CHECK(rig.get(std::string(kOutbox) + "?page=2").status() == 404);
}

TEST_CASE("a mail is sent again when a Tenant Admin asks", "[http][mail]") {
  Rig rig;
  const auto again = rig.post(kResend, "");
  CHECK(again.status() == 202);
  CHECK(again.at("invitation_id") == "5");
  CHECK(rig.outbox.resent == std::vector<std::string>{"main 5"});
}

TEST_CASE("a mail that cannot be sent again says why", "[http][mail]") {
  Rig rig;
  const auto path = [](const std::string& id) { return std::string(kOutbox) + id + "/resend/"; };
  CHECK(rig.post(path("6"), "").status() == 409);
  CHECK(rig.post(path("7"), "").status() == 404);
  CHECK(rig.post(path("x"), "").status() == 404);
  CHECK(rig.post(kResend + "?dry_run=true", "").status() == 400);
  CHECK(rig.outbox.resent.empty());
}

TEST_CASE("links are for Tenant Admins only, each of the own platform", "[http][mail]") {
  Rig rig;
  const auto inviter = rig.member_key("ivy", {"CRM Manager"});
  CHECK(rig.get(kOutbox, inviter).status() == 403);
  CHECK(rig.send("POST", kResend, "", inviter).status() == 403);
  CHECK(rig.get(kOutbox, {{"Authorization", ""}}).status() == 401);
  rig.backend.add_platform("other");
  const auto admin = rig.member_key("tess", {}, true);
  CHECK(rig.get(kOutbox, admin).status() == 200);
  CHECK(rig.get(std::string(kOutbox) + "?platform_key=other", admin).status() == 404);
  CHECK(rig.get(std::string(kOutbox) + "?platform_key=other").text("results.0.link") == "https://other.example/join/");
  CHECK(rig.outbox.resent.empty());
}

}  // namespace annals::mail_outbox_test
