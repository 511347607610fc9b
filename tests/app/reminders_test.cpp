#include "app/reminders.hpp"

#include <catch2/catch.hpp>

#include "app/blind_reading.hpp"
#include "app/mail/reminder_reactor.hpp"
#include "committing.hpp"
#include "projections/kinds/activities.hpp"

namespace annals::reminders_test {
using namespace annals::test;

namespace {

constexpr PlatformId kFirst{1};

/// Member ada (1), who owns what is reminded of; person Grace.
struct World {
  World() {
    ask(kSystemPlatform, CreateUser::from(body({{"username", R"("ada")"}, {"email", R"("ada@acme.example")"}})));
    ask(kFirst, PutMember::from(body({{"user_id", "1"}})));
    person = person_of(ask(kFirst, create_person("Grace", "grace@acme.example")));
    links.lead_to("https://crm.example");
  }
  Answer ask(PlatformId platform, Command command) {
    const auto answer = backend.ask(platform, std::move(command));
    REQUIRE(answer.has_value());
    return *answer;
  }
  ActivityId activity(Timestamp reminder_at) {
    const auto made =
        ask(kFirst, CreateRecord<Activity>::from(body({{"title", R"("Send <the> offer")"},
                                                       {"type", R"("task")"},
                                                       {"location", R"("Room 7")"},
                                                       {"person", quote_json(person.to_string())},
                                                       {"owner", "1"},
                                                       {"schedule_from", R"("2026-06-05T12:30:00Z")"},
                                                       {"reminder_at", quote_json(format_timestamp(reminder_at))}})));
    return ActivityId{std::stoull(member(made, "id"))};
  }
  void patch(ActivityId id, const std::string& field, const std::string& json) {
    ask(kFirst, UpdateRecord<Activity>::from(id, body({{field, json}}), Write::patch));
  }
  Timestamp now() { return backend.clock.load(); }
  bool is_sent(ActivityId id) {
    return read_record<Activity>(backend.store.views().latest(), kFirst, id)->plain.reminder_sent;
  }
  Reaction reaction_to_last() {
    const auto position = backend.store.log().head(kFirst).position;
    const auto record = backend.store.log().read(kFirst, position)->next();
    const auto commit = read_blindly(record->bytes);
    Reaction reaction;
    reactor.react(commit, position.value - commit.header.frame.first.value, reaction);
    return reaction;
  }
  std::optional<MailMessage> mail_about(ActivityId id) {
    return reactor.message_for({kFirst, id.value, backend.store.log().head(kFirst).position});
  }
  static MailSender sender() {
    SmtpSettings smtp;
    smtp.url = "smtp://mail.example";
    return {{"", "crm@acme.example"}, smtp};
  }

  Backend backend;
  PersonId person;
  InvitationLinks links{backend.store};
  ReminderReactor reactor{backend.store, links, sender(), [this] { return backend.clock.load(); }};
  Reminders reminders{backend.store, *backend.committer, [this] { return backend.clock.load(); }};
};

}  // namespace

TEST_CASE("a reminder is recorded as sent when it is due, and not before", "[app]") {
  World world;
  const auto soon = world.activity(world.now() + std::chrono::minutes(10));
  const auto later = world.activity(world.now() + std::chrono::minutes(30));
  world.reminders.send_due();
  CHECK_FALSE(world.is_sent(soon));
  world.backend.clock = world.now() + std::chrono::minutes(20);
  world.reminders.send_due();
  CHECK(world.is_sent(soon));
  CHECK_FALSE(world.is_sent(later));
  const auto head = world.backend.store.log().head(kFirst);
  world.reminders.send_due();
  CHECK(world.backend.store.log().head(kFirst) == head);
}

TEST_CASE("being recorded asks for one mail, and what changes then takes it back", "[app][mail]") {
  World world;
  const auto id = world.activity(world.now());
  CHECK(world.reaction_to_last().wishes.empty());
  world.reminders.send_due();
  const auto due = world.reaction_to_last();
  REQUIRE(due.wishes.size() == 1);
  CHECK(due.wishes[0].target == id.value);
  CHECK(due.withdrawn.empty());
  const auto withdraws = [&] { return world.reaction_to_last().withdrawn == std::vector{id.value}; };
  world.patch(id, "title", R"("Send it")");
  CHECK_FALSE(withdraws());
  world.patch(id, "reminder_at", quote_json(format_timestamp(world.now() + std::chrono::hours(1))));
  CHECK(withdraws());
  world.patch(id, "is_done", "true");
  CHECK(withdraws());
  world.ask(kFirst, DeleteRecord<Activity>{id});
  CHECK(withdraws());
}

TEST_CASE("the mail tells the owner what it is, with whom, when and where", "[app][mail]") {
  World world;
  const auto id = world.activity(world.now());
  world.reminders.send_due();
  const auto mail = world.mail_about(id);
  REQUIRE(mail);
  CHECK(mail->to == "ada@acme.example");
  CHECK(mail->subject == "Reminder: Send <the> offer");
  CHECK(
      mail->text.starts_with("Send <the> offer (task)\r\nAbout: Grace\r\nWhen: 5 June 2026, 12:30 UTC\r\n"
                             "Where: Room 7\r\n\r\n"));
  CHECK(mail->html.find("<p>Send &lt;the&gt; offer (task)</p>") != std::string::npos);
}

TEST_CASE("nobody is reminded of what is done, put off, or no member's any more", "[app][mail]") {
  World world;
  const auto done = world.activity(world.now());
  const auto put_off = world.activity(world.now());
  const auto kept = world.activity(world.now());
  world.reminders.send_due();
  world.patch(done, "is_done", "true");
  world.patch(put_off, "reminder_at", quote_json(format_timestamp(world.now() + std::chrono::hours(1))));
  CHECK_FALSE(world.mail_about(done));
  CHECK_FALSE(world.mail_about(put_off));
  CHECK(world.mail_about(kept));
  world.ask(kFirst, PutMember::from(body({{"user_id", "1"}, {"active", "false"}})));
  CHECK_FALSE(world.mail_about(kept));
}

}  // namespace annals::reminders_test
