#include "app/mail/header_text.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "app/mail/mail_message.hpp"
#include "app/mail/mailbox.hpp"
#include "core/base64.hpp"

namespace annals::header_text_test {
namespace {

/// What the encoded words say together.
std::string decoded(std::string_view header) {
  std::string text;
  for (auto at = header.find("=?UTF-8?B?"); at != std::string_view::npos; at = header.find("=?UTF-8?B?", at + 1)) {
    const auto begin = at + 10;
    text += from_base64(header.substr(begin, header.find("?=", begin) - begin)).value();
  }
  return text;
}

/// No line but the first begins anything: it is printable ASCII behind a space.
bool is_one_header(std::string_view header) {
  for (std::size_t at = 0; at < header.size(); ++at) {
    if (header.substr(at, 3) == "\r\n ") {
      at += 2;
      continue;
    }
    if (header[at] < 0x20 || header[at] == 0x7F || static_cast<unsigned char>(header[at]) >= 0x80) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a short ASCII text stands in a header as it is", "[app][mail]") {
  CHECK(header_text("Ada invites you to Main") == "Ada invites you to Main");
  CHECK(header_phrase("Example \"CRM\"") == R"("Example \"CRM\"")");
}

TEST_CASE("other texts become encoded words of whole characters, each short enough", "[app][mail]") {
  std::string name;
  for (int i = 0; i < 60; ++i) name += "é漢🙂";
  const auto header = header_text(name);
  CHECK(decoded(header) == name);
  CHECK(is_one_header(header));
  for (std::size_t begin = 0; begin < header.size();) {
    const auto end = std::min(header.find("\r\n ", begin), header.size());
    CHECK(end - begin <= 75);
    const auto word = decoded(std::string_view(header).substr(begin, end - begin));
    CHECK((static_cast<unsigned char>(word.front()) & 0xC0) != 0x80);
    begin = end == header.size() ? end : end + 3;
  }
}

TEST_CASE("what looks like an encoded word is encoded itself", "[app][mail]") {
  CHECK(decoded(header_text("=?UTF-8?B?QmNj?=")) == "=?UTF-8?B?QmNj?=");
}

TEST_CASE("no name can begin a header of its own", "[app][mail]") {
  using namespace std::string_literals;
  const auto name = GENERATE("Ada\r\nBcc: eve@example.org"s, "Ada\nBcc: eve@example.org"s, "Ada\rBcc: eve@example.org"s,
                             "Ada\0Bcc: eve@example.org"s, "Ada\r\n\r\n<script>"s, "Zoë\r\nBcc: eve@example.org"s,
                             "\r\n.\r\n"s, "Ada\x7F\x1B[2J"s);
  CHECK(is_one_header(header_text(name)));
  CHECK(is_one_header(header_phrase(name)));
  CHECK(decoded(header_text(name)).find_first_of("\r\n\0"s) == std::string::npos);
  MailMessage message;
  message.id = "invitation-main-1@crm.example";
  message.from = {name, "crm@example.org"};
  message.to = "ada@example.org";
  message.subject = name;
  for (const auto& line : header_lines(message)) {
    CHECK(is_one_header(line));
    CHECK(line.find("\r\nBcc") == std::string::npos);
  }
}

TEST_CASE("only an address that is one thing in a header and in SMTP is written to", "[app][mail]") {
  using namespace std::string_literals;
  CHECK(mail_address("ada+crm@example.org") == "ada+crm@example.org");
  CHECK(mail_address("ada@münchen.example") == "ada@xn--mnchen-3ya.example");
  CHECK(mail_address("\"a.b\"@example.org") == "\"a.b\"@example.org");
  const auto bad =
      GENERATE("ada@example.org\r\nBcc: eve@example.org"s, "ada@example.org\nRCPT TO:<eve@example.org>"s,
               "\"a\x01z\"@example.org"s, "\"a\\ b\"@example.org"s, "\"a>\"@example.org"s, "\"<a\"@example.org"s,
               "ada@example.org\0"s, "ada@example.org, eve@example.org"s, "ada"s, ""s, "zoë@example.org"s);
  CHECK_FALSE(mail_address(bad));
}

TEST_CASE("a sender is an address, with or without a name", "[app][mail]") {
  CHECK(parse_mailbox("crm@example.org") == Mailbox{"", "crm@example.org"});
  CHECK(parse_mailbox(" Example CRM <crm@example.org>") == Mailbox{"Example CRM", "crm@example.org"});
  CHECK(parse_mailbox("\"Müller, Söhne\" <crm@example.org>") == Mailbox{"Müller, Söhne", "crm@example.org"});
  for (const auto* bad : {"", "Example CRM", "Example <crm@example.org> x", "Example <crm>",
                          "Ex\nample <a@example.org>", "Example \xFF <a@example.org>"}) {
    CHECK_FALSE(parse_mailbox(bad));
  }
}

TEST_CASE("a mail says when it was written, as RFC 5322 has it", "[app][mail]") {
  using namespace std::chrono;
  CHECK(header_date(sys_days(year(2026) / 11 / 7) + 22h + 5min + 9s) == "Sat, 07 Nov 2026 22:05:09 +0000");
}

}  // namespace annals::header_text_test
