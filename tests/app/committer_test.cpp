#include <catch2/catch.hpp>
#include <map>
#include <mutex>

#include "committing.hpp"

namespace annals::committer_test {
using namespace annals::test;

namespace {

constexpr PlatformId kFirst{1};
constexpr PlatformId kSecond{2};

}  // namespace

TEST_CASE("an answered write is in the log and can be read", "[app]") {
  Backend backend;
  const auto before = backend.store.log().head(kFirst).position;
  const auto answer = backend.ask(kFirst, create_person("Ada Lovelace", "ada@example.com"));
  REQUIRE(answer);
  CHECK(answer->status == 201);
  CHECK(member(*answer, "name") == "\"Ada Lovelace\"");
  CHECK(backend.store.log().head(kFirst).position.value == before.value + 1);
  const auto shown = backend.live->person(kFirst, person_of(*answer));
  REQUIRE(shown);
  CHECK(shown->json == answer->body);
  CHECK(shown->etag == answer->etag);
}

TEST_CASE("commands that wait together share one append and are answered in their order", "[app]") {
  Backend backend;
  Gate gate;
  auto holder = backend.hold_turns(gate);
  const auto groups_before = backend.store.log().group_sizes().size();
  std::vector<Answered> waiting;
  for (int i = 0; i < 10; ++i) {
    waiting.push_back(backend.submit(kFirst, create_organization("Waiting " + std::to_string(i))));
  }
  gate.open();
  CHECK(Backend::both(holder));
  for (auto& answered : waiting) CHECK(Backend::result(answered));
  const auto sizes = backend.store.log().group_sizes();
  REQUIRE(sizes.size() == groups_before + 2);
  CHECK(sizes.back() == 10);
  const auto commits = backend.commits(kFirst);
  for (std::size_t i = 0; i < 10; ++i) {
    const auto& created = std::get<OrganizationCreated>(commits[commits.size() - 10 + i].events.front().event);
    CHECK(created.details.data->name == "Waiting " + std::to_string(i));
  }
}

TEST_CASE("a command sees what the one before it in the same group did", "[app]") {
  Backend backend;
  Gate gate;
  auto holder = backend.hold_turns(gate);
  std::vector<Answered> racing;
  for (int i = 0; i < 60; ++i) racing.push_back(backend.submit(kFirst, create_organization("One Name")));
  gate.open();
  int created = 0;
  int refused = 0;
  for (auto& answered : racing) {
    const auto answer = Backend::result(answered);
    answer ? ++created : ++refused;
    if (!answer) CHECK(answer.error().code == ProblemCode::invalid_fields);
  }
  CHECK(created == 1);
  CHECK(refused == 59);
}

TEST_CASE("one platform's flood does not keep another platform waiting", "[app]") {
  auto options = Backend::quick();
  options.group_commands_max = 8;
  Backend backend(options);
  Gate gate;
  auto holder = backend.hold_turns(gate);
  std::vector<Answered> flood;
  for (int i = 0; i < 40; ++i)
    flood.push_back(backend.submit(kFirst, create_organization("Flood " + std::to_string(i))));
  auto other = backend.submit(kSecond, create_organization("Other"));
  const auto groups_before = backend.store.log().group_sizes().size();
  std::atomic<std::size_t> groups_when_answered{0};
  gate.open();
  REQUIRE(Backend::result(other));
  groups_when_answered = backend.store.log().group_sizes().size();
  for (auto& answered : flood) CHECK(Backend::result(answered));
  const auto sizes = backend.store.log().group_sizes();
  CHECK(*std::max_element(sizes.begin(), sizes.end()) <= 8);
  // Its group was the next one: the second position of it, behind one command of the flood.
  const auto first_of_flood = backend.commits(kFirst).at(backend.commits(kFirst).size() - 40);
  const auto of_other = backend.commits(kSecond).back();
  CHECK(std::get<OrganizationCreated>(of_other.events.front().event).details.data->name == "Other");
  CHECK(groups_when_answered >= groups_before + 1);
  CHECK(of_other.events.front().id < backend.commits(kFirst).at(backend.commits(kFirst).size() - 30).events.front().id);
}

TEST_CASE("what does not fit into a platform's queue is refused at once", "[app]") {
  auto options = Backend::quick();
  options.queue_size = 4;
  Backend backend(options);
  Gate gate;
  auto holder = backend.hold_turns(gate);
  std::vector<Answered> fitting;
  for (int i = 0; i < 4; ++i)
    fitting.push_back(backend.submit(kFirst, create_organization("Fits " + std::to_string(i))));
  auto too_many = backend.submit(kFirst, create_organization("Too Many"));
  REQUIRE(too_many.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
  CHECK(code_of(too_many.get()) == ProblemCode::queue_full);
  auto elsewhere = backend.submit(kSecond, create_organization("Elsewhere"));
  gate.open();
  for (auto& answered : fitting) CHECK(Backend::result(answered));
  CHECK(Backend::result(elsewhere));
  CHECK(backend.metrics.of("CreateOrganization queue_full") == 1);
}

TEST_CASE("a group ends behind the command that fills it with bytes", "[app]") {
  auto options = Backend::quick();
  options.group_bytes_max = 1;
  Backend backend(options);
  Gate gate;
  auto holder = backend.hold_turns(gate);
  std::vector<Answered> waiting;
  for (int i = 0; i < 3; ++i)
    waiting.push_back(backend.submit(kFirst, create_organization("Big " + std::to_string(i))));
  const auto groups_before = backend.store.log().group_sizes().size();
  gate.open();
  for (auto& answered : waiting) CHECK(Backend::result(answered));
  CHECK(backend.store.log().group_sizes().size() == groups_before + 4);
}

TEST_CASE("a command and its follow-up on another log are written together", "[app]") {
  Backend backend;
  const auto groups_before = backend.store.log().group_sizes().size();
  auto asked = asking(kSystemPlatform, create_platform("third"));
  const auto correlation = asked.correlation;
  const auto answer = backend.ask(std::move(asked));
  REQUIRE(answer);
  CHECK(member(*answer, "key") == "\"third\"");
  const auto sizes = backend.store.log().group_sizes();
  REQUIRE(sizes.size() == groups_before + 1);
  CHECK(sizes.back() == 2);
  const auto registered = backend.commits(kSystemPlatform).back();
  const auto opened = backend.commits(PlatformId{3}).front();
  CHECK(type_of(registered.events.front().event) == "PlatformRegistered");
  CHECK(type_of(opened.events.front().event) == "PlatformOpened");
  CHECK(opened.header.causation == registered.events.back().id);
  CHECK_FALSE(registered.header.causation);
  CHECK(opened.header.correlation == correlation);
  CHECK(registered.header.correlation == correlation);
}

TEST_CASE("it is told by what each log has grown", "[app]") {
  std::mutex mutex;
  std::map<PlatformId, LogGrowth> grown;
  bool without_gaps = true;
  auto options = Backend::quick();
  options.moved = [&](PlatformId platform, const LogGrowth& growth) {
    const std::scoped_lock lock(mutex);
    const auto [known, first] = grown.try_emplace(platform, growth);
    if (!first) without_gaps = known->second.go_on(growth) && without_gaps;
  };
  Backend backend(options);
  REQUIRE(backend.ask(PlatformId{1}, create_organization("Acme")));
  REQUIRE(backend.ask(PlatformId{1}, create_organization("Umbrella")));
  backend.stop();
  const auto last = [&](PlatformId platform) { return backend.store.log().head(platform).position; };
  CHECK(without_gaps);
  REQUIRE(grown.size() == 3);
  for (const auto& [platform, growth] : grown) {
    CHECK(growth.first == Position{1});
    CHECK(growth.last == last(platform));
  }
  const auto created = kinds_in(EventSet<OrganizationCreated>{});
  CHECK((grown.at(PlatformId{1}).kinds & created).any());
  CHECK((grown.at(PlatformId{2}).kinds & created).none());
  CHECK((grown.at(PlatformId{2}).kinds & kinds_in(EventSet<PlatformOpened>{})).any());
  CHECK_FALSE(grown.at(PlatformId{2}).go_on(grown.at(PlatformId{1})));
}

TEST_CASE("every event has a later time than the one before, whatever the clock does", "[app]") {
  Backend backend;
  REQUIRE(backend.ask(kFirst, create_organization("Now")));
  REQUIRE(backend.ask(kFirst, create_organization("Same Instant")));
  backend.clock = backend.clock.load() - std::chrono::hours(5);
  REQUIRE(backend.ask(kFirst, create_organization("Earlier")));
  backend.restart();
  REQUIRE(backend.ask(kFirst, create_organization("Earlier Still")));
  Timestamp last;
  for (const auto& commit : backend.commits(kFirst)) {
    for (const auto& event : commit.events) {
      CHECK(event.recorded_at > last);
      last = event.recorded_at;
    }
  }
}

TEST_CASE("versions of a stream have no gaps, within a commit and over several", "[app]") {
  Backend backend;
  const auto primary = person_of(*backend.ask(kFirst, create_person("Primary", "p@example.com")));
  const auto duplicate = person_of(*backend.ask(kFirst, create_person("Duplicate", "d@example.com")));
  const auto merge = MergePersons::from(body({{"primary_id", quote_json(primary.to_string())},
                                              {"duplicate_ids", "[" + quote_json(duplicate.to_string()) + "]"}}));
  REQUIRE(backend.ask(kFirst, merge));
  REQUIRE(backend.ask(kFirst, UpdatePerson::from(primary, body({{"job_title", "\"Chief\""}}), Write::patch)));
  std::map<std::string, std::uint64_t> versions;
  for (const auto& commit : backend.commits(kFirst)) {
    for (const auto& event : commit.events) CHECK(event.version.value == ++versions[event.stream]);
  }
  CHECK(versions.at("person-" + primary.to_string()) == 3);
  CHECK(versions.at("person-" + duplicate.to_string()) == 2);
}

TEST_CASE("the commit says who asked", "[app]") {
  Backend backend;
  auto asked = asking(kFirst, create_organization("Asked For"));
  asked.caller.platform = kSecond;
  asked.caller.user = UserId{41};
  asked.caller.key = KeyId{42};
  REQUIRE(backend.ask(std::move(asked)));
  CHECK(backend.commits(kFirst).back().header.actor == Actor{UserId{41}, kSecond, KeyId{42}});
}

TEST_CASE("stopping finishes what waits and takes nothing more", "[app]") {
  Backend backend;
  Gate gate;
  auto holder = backend.hold_turns(gate);
  auto waiting = backend.submit(kFirst, create_organization("Waiting"));
  std::jthread stopping([&backend] { backend.committer->stop(std::chrono::seconds(20)); });
  while (backend.committer->writes_available()) std::this_thread::yield();
  CHECK(code_of(backend.ask(kFirst, create_organization("Late"))) == ProblemCode::stopping);
  gate.open();
  CHECK(Backend::both(holder));
  CHECK(Backend::result(waiting));
}

TEST_CASE("what still waits when the grace is over is refused", "[app]") {
  Backend backend;
  Gate gate;
  auto holder = backend.hold_turns(gate);
  auto waiting = backend.submit(kFirst, create_organization("Waiting"));
  std::jthread stopping([&backend] { backend.committer->stop(std::chrono::milliseconds(0)); });
  while (backend.committer->writes_available()) std::this_thread::yield();
  gate.open();
  CHECK(Backend::both(holder));
  CHECK(code_of(Backend::result(waiting)) == ProblemCode::stopping);
}

TEST_CASE("before the start everything is refused", "[app]") {
  Backend backend;
  Committer idle(backend.store, *backend.live, backend.metrics, {});
  std::optional<Result<Answer>> answer;
  auto submission = asking(kFirst, create_organization("Early"));
  submission.done = [&answer](Result<Answer> given) { answer = std::move(given); };
  idle.submit(std::move(submission));
  REQUIRE(answer);
  CHECK(code_of(*answer) == ProblemCode::store_unavailable);
}

TEST_CASE("what is done is counted", "[app]") {
  Backend backend;
  const auto before = backend.metrics.of("log position");
  REQUIRE(backend.ask(kFirst, create_organization("Counted")));
  CHECK(backend.metrics.of("CreateOrganization written") == 1);
  CHECK(backend.metrics.of("OrganizationCreated") == 1);
  CHECK(backend.metrics.of("log position") == before + 1);
  for (const auto& projection : all_projections()) {
    CHECK(backend.metrics.of("projection " + std::string(projection.name)) == before + 1);
  }
  backend.restart();
  CHECK(backend.metrics.of("log position") == before + 1);
}

}  // namespace annals::committer_test
