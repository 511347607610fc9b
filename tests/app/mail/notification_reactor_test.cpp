#include "app/mail/notification_reactor.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "app/blind_reading.hpp"
#include "app/committing.hpp"

namespace annals::notification_reactor_test {
using namespace annals::test;

namespace {

constexpr PlatformId kFirst{1};
constexpr auto kOwner = NotificationReactor::kOwner;

/// Admins ada (1) and bob (2), member cleo (3).
struct World {
  World() {
    for (const std::string name : {"ada", "bob", "cleo"}) {
      ask(kSystemPlatform, CreateUser::from(body({{"username", quote_json(name)},
                                                  {"email", quote_json(name + "@acme.example")},
                                                  {"name", quote_json("The " + name)}})));
    }
    for (const auto* user : {"1", "2"}) ask(kFirst, PutMember::from(body({{"user_id", user}, {"is_admin", "true"}})));
    ask(kFirst, PutMember::from(body({{"user_id", "3"}})));
    links.lead_to("https://crm.example");
  }
  Answer ask(PlatformId platform, Command command) {
    const auto answer = backend.ask(platform, std::move(command));
    REQUIRE(answer.has_value());
    return *answer;
  }
  Position switched(const std::string& kind, bool on) {
    return ask(kFirst, ChangeNotifications::from(body({{kind, on ? "true" : "false"}}))).position;
  }
  Answer person(const std::string& name, const std::string& owner) {
    return ask(kFirst, CreatePerson::from(body({{"name", quote_json(name)}, {"owner", owner}})));
  }
  /// Whom the event asks to tell, with the views as they are now.
  std::set<std::uint64_t> targets(Position position) {
    reactor.prepare(kFirst);
    const auto record = backend.store.log().read(kFirst, position)->next();
    const auto commit = read_blindly(record->bytes);
    Reaction reaction;
    reactor.react(commit, position.value - commit.header.frame.first.value, reaction);
    std::set<std::uint64_t> all;
    for (const auto& wish : reaction.wishes) all.insert(wish.target);
    return all;
  }
  static MailSender sender() {
    SmtpSettings smtp;
    smtp.url = "smtp://mail.example";
    return {{"", "crm@acme.example"}, smtp};
  }
  std::string to(Position position, std::uint64_t target) {
    const auto message = reactor.message_for({kFirst, target, position});
    return message ? message->to : "nobody";
  }

  Backend backend;
  InvitationLinks links{backend.store};
  NotificationReactor reactor{backend.store, links, sender(), [this] { return backend.clock.load(); }};
};

using Targets = std::set<std::uint64_t>;

}  // namespace

TEST_CASE("nobody is told anything unless it is switched on, and then what comes behind", "[app][mail]") {
  World world;
  const auto before = world.person("Before", "3").position;
  world.switched("person_created", true);
  const auto during = world.person("During", "3").position;
  CHECK(world.targets(before).empty());
  CHECK(world.targets(during).contains(kOwner));
  world.switched("person_created", false);
  const auto off = world.person("Off", "3").position;
  CHECK(world.targets(off).empty());
  world.switched("person_created", true);
  const auto again = world.person("Again", "3").position;
  CHECK(world.targets(off).empty());
  CHECK(world.targets(again).contains(kOwner));
}

TEST_CASE("without a server for mail nothing is kept for the day that there is one", "[app][mail]") {
  World world;
  world.switched("person_created", true);
  const auto created = world.person("Ada", "3").position;
  CHECK(world.targets(created).contains(kOwner));
  NotificationReactor unable(world.backend.store, world.links, {}, [] { return Timestamp{}; });
  CHECK_FALSE(unable.able());
  unable.prepare(kFirst);
  const auto record = world.backend.store.log().read(kFirst, created)->next();
  Reaction reaction;
  unable.react(read_blindly(record->bytes), 0, reaction);
  CHECK(reaction.wishes.empty());
}

TEST_CASE("every admin is told once, and the owner who is none", "[app][mail]") {
  World world;
  world.switched("person_created", true);
  const auto of_cleo = world.person("Of Cleo", "3").position;
  const auto of_ada = world.person("Of Ada", "1").position;
  const auto of_nobody = world.person("Of Nobody", "null").position;
  CHECK(world.targets(of_cleo) == Targets{kOwner, 1, 2});
  CHECK(world.to(of_cleo, kOwner) == "cleo@acme.example");
  CHECK(world.to(of_cleo, 1) == "ada@acme.example");
  CHECK(world.to(of_cleo, 2) == "bob@acme.example");
  CHECK(world.to(of_ada, kOwner) == "nobody");
  CHECK(world.to(of_nobody, kOwner) == "nobody");
  world.ask(kFirst, PutMember::from(body({{"user_id", "2"}, {"active", "false"}})));
  CHECK(world.to(of_cleo, 2) == "nobody");
  world.switched("person_created", false);
  CHECK(world.to(of_cleo, 1) == "nobody");
}

TEST_CASE("a link is told of by its own switch", "[app][mail]") {
  World world;
  world.switched("person_linked", true);
  const auto created = world.person("Linked", "3");
  CHECK(world.targets(created.position).empty());
  const auto linked = world.ask(kFirst, LinkPerson::from(person_of(created), body({{"user_id", "2"}}))).position;
  CHECK(world.targets(linked) == Targets{kOwner, 1, 2});
  const auto message = world.reactor.message_for({kFirst, kOwner, linked});
  REQUIRE(message);
  CHECK(message->subject == "Linked was linked to a user");
  CHECK(message->to == "cleo@acme.example");
}

TEST_CASE("a mail says what happened to whom and by whom, and nothing of what is erased", "[app][mail]") {
  World world;
  world.switched("person_created", true);
  const auto created = world.person("Zo\u00eb <b>\r\nBcc: x", "3");
  const auto message = world.reactor.message_for({kFirst, kOwner, created.position});
  REQUIRE(message);
  CHECK(message->subject == "Zo\u00eb <b>  Bcc: x was created");
  CHECK(message->text.starts_with("Zo\u00eb <b>  Bcc: x was created on Platform first.\r\n"));
  CHECK(message->html.find("Zo\u00eb &lt;b&gt;  Bcc: x was created on Platform first.") != std::string::npos);
  CHECK(message->id.starts_with("notification-first-"));
  CHECK(message->id.ends_with("-3@crm.example"));
  world.ask(kFirst, ErasePerson::from(person_of(created), {}));
  CHECK(world.to(created.position, kOwner) == "nobody");
  CHECK(world.to(created.position, 1) == "nobody");
}

TEST_CASE("admins and the owner are told of a deal that moves, not of its other changes", "[app][mail]") {
  World world;
  world.switched("deal_stage_changed", true);
  const auto person = person_of(world.person("Ada", "1"));
  const auto made = world.ask(
      kFirst, CreateRecord<Deal>::from(
                  body({{"title", R"("Ten engines")"}, {"person", quote_json(person.to_string())}, {"owner", "3"}})));
  CHECK(world.targets(made.position).empty());
  const DealId deal{std::stoull(member(made, "id"))};
  const auto moved = world.ask(kFirst, MoveDeal::from(deal, body({{"stage_code", R"("proposal")"}})));
  std::set<std::uint64_t> told;
  std::optional<MailMessage> message;
  for (auto at = made.position.value + 1; at <= moved.position.value; ++at) {
    if (world.targets(Position{at}).empty()) continue;
    told = world.targets(Position{at});
    message = world.reactor.message_for({kFirst, kOwner, Position{at}});
  }
  CHECK(told == Targets{kOwner, 1, 2});
  REQUIRE(message);
  CHECK(message->subject == "Ten engines moved to another stage");
  CHECK(message->to == "cleo@acme.example");
}
}  // namespace annals::notification_reactor_test
