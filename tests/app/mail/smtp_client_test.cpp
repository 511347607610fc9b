#include "app/mail/smtp_client.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "app/mail/scripted_smtp_server.hpp"

namespace annals::smtp_client_test {
using namespace annals::test;
using std::chrono_literals::operator""ms;

namespace {

SmtpSettings settings_for(const ScriptedSmtpServer& server) {
  SmtpSettings settings;
  settings.url = server.url();
  settings.tls = SmtpTls::off;
  return settings;
}

MailMessage message_to(const std::string& address) {
  MailMessage message;
  message.id = "invitation-main-7@crm.example";
  message.from = {"Zoë's CRM", "crm@example.org"};
  message.to = address;
  message.subject = "Ada invites you to Müller & Söhne";
  message.text = "Open this:\r\n.hidden\r\nhttps://crm.example/join/?token=" + std::string(200, 'x') + "\r\n";
  message.html = "<p>Grüße</p>\r\n";
  return message;
}

}  // namespace

TEST_CASE("a mail is handed over whole, and the next one over the same connection", "[app][mail]") {
  ScriptedSmtpServer server;
  SmtpClient client(settings_for(server));
  CHECK(client.send(message_to("ada@example.org"), {}).end == Attempt::End::done);
  CHECK(client.send(message_to("grace@example.org"), {}).end == Attempt::End::done);
  CHECK(server.connections() == 1);
  REQUIRE(server.mails().size() == 2);
  const auto mail = server.mails().front();
  const auto has = [&](std::string_view line) { return mail.find(line) != std::string::npos; };
  CHECK(has("To: ada@example.org\r\n"));
  CHECK(has("Message-ID: <invitation-main-7@crm.example>\r\n"));
  CHECK(has("Content-Type: multipart/alternative; boundary="));
  CHECK(has("Mime-Version: 1.0\r\n"));
  CHECK(has("Content-Type: text/plain; charset=utf-8\r\n"));
  CHECK(has("Content-Type: text/html; charset=utf-8\r\n"));
  CHECK(has("Content-Transfer-Encoding: quoted-printable\r\n"));
  CHECK(has("<p>Gr=C3=BC=C3=9Fe</p>"));
  CHECK(mail.find("text/plain") < mail.find("text/html"));
  for (std::size_t begin = 0; begin < mail.size();) {
    const auto end = mail.find("\r\n", begin);
    CHECK(end - begin <= 998);
    begin = end + 2;
  }
}

TEST_CASE("what the server says of a recipient decides whether to try again", "[app][mail]") {
  ScriptedSmtpServer server;
  SmtpClient client(settings_for(server));
  server.answer("RCPT", "550 5.1.1 <ada@example.org> unknown");
  const auto refused = client.send(message_to("ada@example.org"), {});
  CHECK(refused.end == Attempt::End::refused);
  CHECK(refused.why == "the SMTP server said 550 5.1.1");
  server.answer("RCPT", "451 4.7.1 later");
  CHECK(client.send(message_to("ada@example.org"), {}).end == Attempt::End::failed);
  server.answer("RCPT", "250 ok");
  server.answer("mail", "554 5.7.1 spam");
  CHECK(client.send(message_to("ada@example.org"), {}).end == Attempt::End::refused);
  server.answer("mail", "452 4.3.1 full");
  const auto full = client.send(message_to("ada@example.org"), {});
  CHECK(full.end == Attempt::End::failed);
  CHECK(full.why == "the SMTP server said 452 4.3.1");
  server.answer("mail", "250 ok");
  CHECK(client.send(message_to("ada@example.org"), {}).end == Attempt::End::done);
  CHECK(server.mails().size() == 1);
}

TEST_CASE("what fails before the recipient is named is no fault of the mail", "[app][mail]") {
  ScriptedSmtpServer server;
  auto settings = settings_for(server);
  SECTION("no service") {
    server.answer("greeting", "554 no service");
  }
  SECTION("the sender is refused") {
    server.answer("MAIL", "550 5.7.1 not you");
  }
  SECTION("no TLS is offered") {
    settings.tls = SmtpTls::required;
  }
  SECTION("user and password are not taken") {
    settings.user = "crm";
    settings.password = "hunter2";
    server.answer("EHLO", "250-mx.example\r\n250 AUTH PLAIN");
    server.answer("AUTH", "535 5.7.8 no");
  }
  SECTION("it vanishes at once") {
    server.answer("greeting", ScriptedSmtpServer::kVanish);
  }
  const auto attempt = SmtpClient(settings).send(message_to("ada@example.org"), {});
  CHECK(attempt.end == Attempt::End::unreachable);
  CHECK_FALSE(attempt.why.empty());
  CHECK(attempt.why.find("hunter2") == std::string::npos);
  CHECK(server.mails().empty());
}

TEST_CASE("a connection that is lost or stalls in the middle of a mail is a failed try", "[app][mail]") {
  ScriptedSmtpServer server;
  auto settings = settings_for(server);
  settings.whole_timeout = 400ms;
  SECTION("vanishes before the mail") {
    server.answer("DATA", ScriptedSmtpServer::kVanish);
  }
  SECTION("vanishes behind the mail") {
    server.answer("mail", ScriptedSmtpServer::kVanish);
  }
  SECTION("stalls at the recipient") {
    server.answer("RCPT", ScriptedSmtpServer::kStall);
  }
  SECTION("stalls behind the mail") {
    server.answer("mail", ScriptedSmtpServer::kStall);
  }
  CHECK(SmtpClient(settings).send(message_to("ada@example.org"), {}).end == Attempt::End::failed);
}

TEST_CASE("a server that stalls before anything was said is unreachable", "[app][mail]") {
  ScriptedSmtpServer server;
  auto settings = settings_for(server);
  settings.whole_timeout = 400ms;
  server.answer("greeting", ScriptedSmtpServer::kStall);
  CHECK(SmtpClient(settings).send(message_to("ada@example.org"), {}).end == Attempt::End::unreachable);
}

TEST_CASE("stopping ends an attempt that stalls", "[app][mail]") {
  ScriptedSmtpServer server;
  server.answer("RCPT", ScriptedSmtpServer::kStall);
  SmtpClient client(settings_for(server));
  std::stop_source stopping;
  std::thread soon([&] {
    std::this_thread::sleep_for(50ms);
    stopping.request_stop();
  });
  CHECK(client.send(message_to("ada@example.org"), stopping.get_token()).end == Attempt::End::interrupted);
  soon.join();
}

}  // namespace annals::smtp_client_test
