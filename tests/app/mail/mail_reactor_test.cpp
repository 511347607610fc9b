#include "app/mail/mail_reactor.hpp"

#include <array>
#include <catch2/catch.hpp>

#include "app/committing.hpp"
#include "app/mail/invitation_outbox.hpp"
#include "app/reactors/reactors.hpp"
#include "projections/invitations.hpp"

namespace annals::mail_reactor_test {
using namespace annals::test;

namespace {

constexpr PlatformId kFirst{1};

/// Two platforms whose invitations are to be mailed, to a server that nobody listens for.
struct Post {
  explicit Post(bool configured = true)
      : mail(backend.store, links, sender(configured), [this] { return backend.clock.load(); }),
        reactors(backend.store, all, backend.metrics, {[this] { return backend.clock.load(); }, [] { return 0.5; }}),
        outbox(backend.store, links, mail, reactors) {
    links.lead_to("https://crm.example:8443/team");
    REQUIRE(reactors.begin());
  }

  static MailSender sender(bool configured) {
    MailSender sender{{"", "crm@example.org"}, std::nullopt};
    if (configured) sender.smtp = SmtpSettings{.url = "smtp://127.0.0.1:1", .user = {}, .password = {}, .ca_file = {}};
    return sender;
  }
  Effect invite(const std::string& email) {
    const auto answer = backend.ask(kFirst, InviteEmail::from(body({{"email", quote_json(email)}})));
    REQUIRE(answer);
    const auto id = std::stoull(member(*answer, "id"));
    return {kFirst, id, backend.store.log().head(kFirst).position};
  }
  void revoke(const Effect& effect) {
    RevokeInvitation command;
    command.invitation = InvitationId{effect.target};
    REQUIRE(backend.ask(kFirst, command));
  }
  ReactorWork& work() { return reactors.work_of(ReactorId::mail); }
  void follow() {
    LogReading log(backend.store.log(), kFirst, {}, 1000);
    REQUIRE(work().follow(log) == ReactorWork::Followed::to_the_end);
  }
  std::string listed(std::string_view name) {
    const auto page = outbox.list(kFirst, "first", {}, backend.clock);
    REQUIRE(page);
    const auto entries = json_elements(page->results);
    REQUIRE(entries.size() == 1);
    for (const auto& [key, value] : json_members(entries.front())) {
      if (key == name) return std::string(value);
    }
    return {};
  }

  Backend backend;
  InvitationLinks links{backend.store};
  MailReactor mail;
  const std::array<Reactor*, 1> all{&mail};
  Reactors reactors;
  InvitationOutbox outbox;
};

}  // namespace

TEST_CASE("an invitation's mail carries its link and an id of its own, the same each time", "[app][mail]") {
  Post post;
  const auto effect = post.invite("ada+1@example.org");
  const auto message = post.mail.message_for(effect);
  REQUIRE(message);
  CHECK(message->to == "ada+1@example.org");
  CHECK(message->from == Mailbox{"Platform first", "crm@example.org"});
  CHECK(message->subject == "You are invited to Platform first");
  CHECK(
      message->text.find("https://crm.example:8443/team/join/?platform_key=first&email=ada%2B1%40example.org&token=") !=
      std::string::npos);
  CHECK(message->id.starts_with("invitation-first-1-"));
  CHECK(message->id.ends_with("@crm.example"));
  CHECK(post.mail.message_for(effect)->id == message->id);
  CHECK(post.mail.message_for(post.invite("grace@example.org"))->id != message->id);
}

TEST_CASE("the link's secret is the one that redeeming asks for", "[app][mail]") {
  Post post;
  const auto effect = post.invite("ada@example.org");
  const auto invitation = read_invitation(post.backend.store.views().latest(), kFirst, InvitationId{effect.target});
  const auto text = post.mail.message_for(effect)->text;
  const auto begin = text.find("&token=") + 7;
  CHECK(text.substr(begin, text.find('\r', begin) - begin) ==
        InvitationSecrets(post.backend.store).secret(kFirst, invitation->id, invitation->issued));
}

TEST_CASE("an invitation that cannot be redeemed any more is not mailed", "[app][mail]") {
  Post post;
  const auto effect = post.invite("ada@example.org");
  SECTION("revoked") {
    post.revoke(effect);
  }
  SECTION("expired") {
    post.backend.clock.store(post.backend.clock.load() + std::chrono::days(31));
  }
  SECTION("erased") {
    post.backend.store.erase_slot(
        kFirst, read_invitation_row(post.backend.store.views().latest(), kFirst, InvitationId{effect.target})->slot);
  }
  CHECK_FALSE(post.mail.message_for(effect));
  CHECK(post.mail.attempt(effect, {}).end == Attempt::End::dropped);
}

TEST_CASE("what ends an invitation takes its mail out of the queue", "[app][mail]") {
  Post post;
  const auto effect = post.invite("ada@example.org");
  post.follow();
  CHECK(post.work().counts() == EffectCounts{1, 0});
  SECTION("revoking") {
    post.revoke(effect);
  }
  SECTION("expiring") {
    post.backend.clock.store(post.backend.clock.load() + std::chrono::days(31));
    REQUIRE(post.backend.ask(kFirst, ExpireInvitations{}));
  }
  post.follow();
  CHECK(post.work().counts() == EffectCounts{});
}

TEST_CASE("an address that mail cannot have is refused, not sent to", "[app][mail]") {
  Post post;
  const auto effect = post.invite("\"a>\"@example.org");
  const auto attempt = post.mail.attempt(effect, {});
  CHECK(attempt.end == Attempt::End::refused);
  CHECK(attempt.why == "no mail can be sent to such an address");
}

TEST_CASE("a server that nobody listens for is unreachable, whoever the mail is for", "[app][mail]") {
  Post post;
  const auto attempt = post.mail.attempt(post.invite("ada@example.org"), {});
  CHECK(attempt.end == Attempt::End::unreachable);
  CHECK_FALSE(attempt.why.empty());
}

TEST_CASE("the outbox shows what became of an invitation's mail", "[app][mail]") {
  Post post;
  const auto effect = post.invite("ada@example.org");
  CHECK(post.listed("status") == "\"pending\"");
  CHECK(post.listed("next_try") == "null");
  post.follow();
  CHECK(post.listed("invitation_id") == "1");
  CHECK(post.listed("email") == "\"ada@example.org\"");
  CHECK(post.listed("status") == "\"pending\"");
  CHECK(post.listed("next_try") == '"' + format_timestamp(post.backend.clock) + '"');
  auto taken = post.work().take();
  REQUIRE(taken);
  REQUIRE(post.work().settle(*taken, {Attempt::End::failed, "the SMTP server said 451"}));
  CHECK(post.listed("attempts") == "1");
  CHECK(post.listed("last_error") == "\"the SMTP server said 451\"");
  post.backend.clock.store(post.backend.clock.load() + std::chrono::minutes(1));
  taken = post.work().take();
  REQUIRE(taken);
  REQUIRE(post.work().settle(*taken, {Attempt::End::refused, "the SMTP server said 550"}));
  CHECK(post.listed("status") == "\"parked\"");
  CHECK(post.listed("next_try") == "null");

  REQUIRE(post.outbox.resend(kFirst, "first", InvitationId{effect.target}, post.backend.clock));
  CHECK(post.listed("status") == "\"pending\"");
  CHECK(post.listed("attempts") == "0");
  taken = post.work().take();
  REQUIRE(taken);
  REQUIRE(post.work().settle(*taken, {Attempt::End::done}));
  CHECK(post.listed("status") == "\"sent\"");
  CHECK(post.listed("last_error") == "null");
  CHECK(post.listed("sent_at") == '"' + format_timestamp(post.backend.clock) + '"');
  CHECK(post.work().counts() == EffectCounts{});
}

TEST_CASE("the outbox lists what can be redeemed, the newest first, page by page", "[app][mail]") {
  Post post;
  post.invite("first@example.org");
  post.revoke(post.invite("revoked@example.org"));
  post.invite("third@example.org");
  const auto ids = [&](const PageRequest& request) {
    std::vector<std::string> all;
    const auto page = post.outbox.list(kFirst, "first", request, post.backend.clock);
    REQUIRE(page);
    CHECK(page->count == 2);
    for (const auto entry : json_elements(page->results)) all.emplace_back(json_members(entry).front().second);
    return all;
  };
  CHECK(ids({}) == std::vector<std::string>{"3", "1"});
  CHECK(ids({.page = 2, .page_size = 1, .before = {}}) == std::vector<std::string>{"1"});
  const auto past = post.outbox.list(kFirst, "first", {.page = 3, .page_size = 1, .before = {}}, post.backend.clock);
  CHECK(past.error().code == ProblemCode::invalid_page);
  CHECK(post.outbox.list(PlatformId{2}, "second", {}, post.backend.clock)->count == 0);
}

TEST_CASE("an invitation from before mail was sent is not sent by itself, but when somebody asks", "[app][mail]") {
  Backend backend;
  REQUIRE(backend.ask(kFirst, InviteEmail::from(body({{"email", quote_json("ada@example.org")}}))));
  InvitationLinks links{backend.store};
  links.lead_to("https://crm.example");
  MailReactor mail(backend.store, links, Post::sender(true), [&] { return backend.clock.load(); });
  const std::array<Reactor*, 1> all{&mail};
  Reactors reactors(backend.store, all, backend.metrics, {[&] { return backend.clock.load(); }, [] { return 0.5; }});
  REQUIRE(reactors.begin());
  InvitationOutbox outbox(backend.store, links, mail, reactors);
  CHECK(outbox.list(kFirst, "first", {}, backend.clock)->results.find("\"not_sent\"") != std::string::npos);
  REQUIRE(outbox.resend(kFirst, "first", InvitationId{1}, backend.clock));
  const auto taken = reactors.work_of(ReactorId::mail).take();
  REQUIRE(taken);
  CHECK(mail.message_for(taken->effect)->to == "ada@example.org");
}

TEST_CASE("without a server nothing is sent, the outbox has the links, and the mails wait", "[app][mail]") {
  Post post(false);
  const auto effect = post.invite("ada@example.org");
  post.follow();
  CHECK_FALSE(post.mail.able());
  CHECK_FALSE(post.work().take());
  CHECK(post.listed("status") == "\"not_configured\"");
  CHECK(post.listed("link").find("/join/?platform_key=first") != std::string::npos);
  CHECK(post.work().counts() == EffectCounts{1, 0});
  const auto refused = post.outbox.resend(kFirst, "first", InvitationId{effect.target}, post.backend.clock);
  CHECK(refused.error().code == ProblemCode::mail_not_configured);
}

TEST_CASE("only what can be redeemed is sent again", "[app][mail]") {
  Post post;
  const auto effect = post.invite("ada@example.org");
  post.revoke(effect);
  for (const InvitationId id : {InvitationId{effect.target}, InvitationId{99}}) {
    CHECK(post.outbox.resend(kFirst, "first", id, post.backend.clock).error().code == ProblemCode::not_found);
  }
}

}  // namespace annals::mail_reactor_test
