#include "app/mail/invitation_mail.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "core/json.hpp"

namespace annals::invitation_mail_test {
namespace {

InvitationMail to_main() {
  using namespace std::chrono;
  return {.platform_name = "Main",
          .inviter = "Ada Lovelace",
          .link = "https://crm.example/join/?platform_key=main&email=b%40example.org&token=abc",
          .expires_at = sys_days(year(2026) / 12 / 24) + 8h + 7min};
}

}  // namespace

TEST_CASE("an invitation says who invites to what, the link, and until when", "[app][mail]") {
  MailMessage message;
  write_invitation(to_main(), message);
  CHECK(message.subject == "Ada Lovelace invites you to Main");
  for (const auto* text : {&message.text, &message.html}) {
    CHECK(text->find("Ada Lovelace invites you to Main.") != std::string::npos);
    CHECK(text->find("24 December 2026, 08:07 UTC") != std::string::npos);
  }
  CHECK(message.text.find("\r\n" + to_main().link + "\r\n") != std::string::npos);
  CHECK(message.html.find(
            "href=\"https://crm.example/join/?platform_key=main&amp;email=b%40example.org&amp;token=abc\"") !=
        std::string::npos);
}

TEST_CASE("an invitation of nobody in particular says only to what", "[app][mail]") {
  auto invitation = to_main();
  invitation.inviter.clear();
  MailMessage message;
  write_invitation(invitation, message);
  CHECK(message.subject == "You are invited to Main");
}

TEST_CASE("names in a mail are text, not markup, and stay on their line", "[app][mail]") {
  auto invitation = to_main();
  invitation.inviter = "<img src=x onerror=\"alert('1')\">&\r\n\r\nClick http://evil.example";
  MailMessage message;
  write_invitation(invitation, message);
  CHECK(message.html.find("<img") == std::string::npos);
  CHECK(message.html.find("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;") != std::string::npos);
  CHECK(message.text.find("\nClick") == std::string::npos);
  CHECK(message.subject.find('\n') == std::string::npos);
}

TEST_CASE("a name that is too long is cut between characters", "[app][mail]") {
  auto invitation = to_main();
  invitation.platform_name.clear();
  for (int i = 0; i < 200; ++i) invitation.platform_name += "漢";
  MailMessage message;
  write_invitation(invitation, message);
  CHECK(is_utf8(message.subject));
  CHECK(count_code_points(message.subject) < 120);
}

}  // namespace annals::invitation_mail_test
