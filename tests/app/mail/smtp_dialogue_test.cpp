#include "app/mail/smtp_dialogue.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace annals::smtp_dialogue_test {
namespace {

/// Lines in turn: `> ` from us, `< ` from the server.
Attempt after(const std::vector<std::string>& lines) {
  SmtpDialogue dialogue;
  for (const auto& line : lines) {
    if (line.starts_with("> ")) dialogue.sent(line.substr(2) + "\r\n");
    if (line.starts_with("< ")) dialogue.received(line.substr(2) + "\r\n");
  }
  return dialogue.broken_off("Timeout was reached");
}

}  // namespace

TEST_CASE("what an SMTP server says against the mail or its recipient is about that mail", "[app][mail]") {
  const std::vector<std::string> greeted{
      "< 220 mx", "> EHLO here", "< 250-mx", "< 250 8BITMIME", "> MAIL FROM:<crm@example.org>", "< 250 2.1.0 ok"};
  const auto also = [&](std::vector<std::string> more) {
    more.insert(more.begin(), greeted.begin(), greeted.end());
    return after(more);
  };
  const auto unknown = also({"> RCPT TO:<ada@example.org>", "< 550 5.1.1 ada@example.org unknown"});
  CHECK(unknown.end == Attempt::End::refused);
  CHECK(unknown.why == "the SMTP server said 550 5.1.1");
  CHECK(also({"> RCPT TO:<ada@example.org>", "< 550 5.1.1 unknown", "> QUIT", "< 221 2.0.0 bye"}).why == unknown.why);
  const auto later = also({"> RCPT TO:<ada@example.org>", "< 451-4.7.1 grey", "< 451 4.7.1 try later"});
  CHECK(later.end == Attempt::End::failed);
  CHECK(later.why == "the SMTP server said 451 4.7.1");
  const auto content =
      also({"> RCPT TO:<ada@example.org>", "< 250 ok", "> DATA", "< 354 go on", "< 554 spam from ada@example.org"});
  CHECK(content.end == Attempt::End::refused);
  CHECK(content.why == "the SMTP server said 554");
  const auto lost = also({"> RCPT TO:<ada@example.org>", "< 250 ok", "> DATA", "< 354 go on"});
  CHECK(lost.end == Attempt::End::failed);
  CHECK(lost.why == "Timeout was reached");
}

TEST_CASE("what fails before the recipient is named would fail for every mail", "[app][mail]") {
  CHECK(after({}).end == Attempt::End::unreachable);
  CHECK(after({}).why == "Timeout was reached");
  CHECK(after({"< 554 5.3.2 no service"}).why == "the SMTP server said 554 5.3.2");
  CHECK(after({"< 421 too many"}).end == Attempt::End::unreachable);
  CHECK(after({"< 220 mx", "> EHLO here", "< 250 mx", "> AUTH PLAIN", "< 535 5.7.8 no"}).end ==
        Attempt::End::unreachable);
  CHECK(after({"< 220 mx", "> EHLO here", "< 250 mx", "> MAIL FROM:<crm@example.org>", "< 550 sender unknown"}).end ==
        Attempt::End::unreachable);
}

TEST_CASE("nothing of what an SMTP server says is kept but its codes", "[app][mail]") {
  for (const auto* reply : {"550 ada@example.org is unknown", "550 5.1.1.ada@example.org", "550 5.ada.1 x",
                            "550 5..1 x", "550 192.168.100.100 is blocked"}) {
    CHECK(after({"> RCPT TO:<ada@example.org>", std::string("< ") + reply}).why == "the SMTP server said 550");
  }
}

}  // namespace annals::smtp_dialogue_test
