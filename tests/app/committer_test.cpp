#include <catch2/catch.hpp>
#include <random>

#include "committing.hpp"
#include "projections/records.hpp"

using namespace annals;
using namespace annals::test;
using Fate = MemoryLog::Fate;

namespace {

constexpr PlatformId kFirst{1};
constexpr PlatformId kSecond{2};

Submission with_key(Submission submission, std::string_view key, std::string_view request) {
  submission.idempotency = Submission::Idempotency{sha256(key), sha256(request)};
  return submission;
}

std::string member(const Answer& answer, std::string_view name) {
  for (const auto& [key, value] : json_members(answer.body)) {
    if (key == name) return std::string(value);
  }
  return {};
}

PersonId person_of(const Answer& answer) {
  return *PersonId::parse(json_string(member(answer, "id")));
}

/// Makes a command fail in the middle: the slot that the platform gives behind `others` more has no key to seal under.
void break_slot_behind(std::uint64_t others, Backend& backend, PlatformId platform) {
  backend.store.keys().erase(platform, SlotId{backend.store.next_slot(platform).value + others});
}

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

TEST_CASE("the same request with the same key gets the same answer, and writes once", "[app][idempotency]") {
  Backend backend;
  const auto request = [] { return with_key(asking(kFirst, create_person("Grace", "grace@example.com")), "k1", "r1"); };
  const auto first = backend.ask(request());
  REQUIRE(first);
  CHECK_FALSE(first->replayed);
  const auto head = backend.store.log().head(kFirst);
  const auto check_replayed = [&] {
    const auto again = backend.ask(request());
    REQUIRE(again);
    CHECK(again->replayed);
    CHECK(again->status == 201);
    CHECK(again->body == first->body);
    CHECK(again->etag == first->etag);
    CHECK(backend.store.log().head(kFirst) == head);
  };
  check_replayed();
  backend.restart();
  check_replayed();
  CHECK(backend.metrics.of("CreatePerson replayed") == 2);
}

TEST_CASE("another request with the same key is refused, and the key belongs to one platform", "[app][idempotency]") {
  Backend backend;
  REQUIRE(backend.ask(with_key(asking(kFirst, create_organization("A")), "k2", "r2")));
  CHECK(code_of(backend.ask(with_key(asking(kFirst, create_organization("B")), "k2", "r3"))) ==
        ProblemCode::idempotency_key_reused);
  const auto elsewhere = backend.ask(with_key(asking(kSecond, create_organization("C")), "k2", "r4"));
  REQUIRE(elsewhere);
  CHECK_FALSE(elsewhere->replayed);
}

TEST_CASE("a key whose first request is not answered yet is refused", "[app][idempotency]") {
  Backend backend;
  Gate gate;
  auto holder = backend.hold_turns(gate);
  const auto request = [] { return with_key(asking(kFirst, create_organization("Once")), "k5", "r5"); };
  auto first = backend.submit(request());
  auto second = backend.submit(request());
  gate.open();
  CHECK(Backend::result(first));
  CHECK(code_of(Backend::result(second)) == ProblemCode::idempotency_in_progress);
}

TEST_CASE("retries of an answered request that come together are all replayed", "[app][idempotency]") {
  Backend backend;
  const auto request = [] { return with_key(asking(kFirst, create_organization("Once")), "k9", "r9"); };
  REQUIRE(backend.ask(request()));
  Gate gate;
  auto holder = backend.hold_turns(gate);
  auto first = backend.submit(request());
  auto second = backend.submit(request());
  auto other = backend.submit(with_key(asking(kFirst, create_organization("Other")), "k9", "r10"));
  gate.open();
  for (auto* retry : {&first, &second}) {
    const auto answer = Backend::result(*retry);
    REQUIRE(answer);
    CHECK(answer->replayed);
  }
  CHECK(code_of(Backend::result(other)) == ProblemCode::idempotency_key_reused);
}

TEST_CASE("a refused request leaves its key to the next one", "[app][idempotency]") {
  Backend backend;
  REQUIRE(backend.ask(kFirst, create_organization("Taken")));
  Gate gate;
  auto holder = backend.hold_turns(gate);
  auto refused = backend.submit(with_key(asking(kFirst, create_organization("Taken")), "k11", "r11"));
  auto decided = backend.submit(with_key(asking(kFirst, create_organization("Free")), "k11", "r12"));
  gate.open();
  CHECK(code_of(Backend::result(refused)) == ProblemCode::invalid_fields);
  CHECK(Backend::result(decided));
}

TEST_CASE("refusals and answers without events are not kept under a key", "[app][idempotency]") {
  Backend backend;
  REQUIRE(backend.ask(kFirst, create_organization("Taken")));
  const auto request = [] { return with_key(asking(kFirst, create_organization("Taken")), "k6", "r6"); };
  CHECK(code_of(backend.ask(request())) == ProblemCode::invalid_fields);
  CHECK(code_of(backend.ask(request())) == ProblemCode::invalid_fields);
  const auto other = backend.ask(with_key(asking(kFirst, create_organization("Free")), "k6", "r7"));
  REQUIRE(other);
  CHECK_FALSE(other->replayed);
}

TEST_CASE("a kept answer is forgotten after 24 hours", "[app][idempotency]") {
  Backend backend;
  const auto request = [](const char* name, const char* digest) {
    return with_key(asking(kFirst, create_organization(name)), "k8", digest);
  };
  REQUIRE(backend.ask(request("Yesterday", "r8")));
  backend.clock = backend.clock.load() + std::chrono::hours(23);
  CHECK(backend.ask(request("Yesterday", "r8"))->replayed);
  backend.clock = backend.clock.load() + std::chrono::hours(2);
  const auto today = backend.ask(request("Today", "r9"));
  REQUIRE(today);
  CHECK_FALSE(today->replayed);
}

TEST_CASE("after an append of unknown outcome the whole group is told so, refusals included", "[app][failures]") {
  for (const auto fate : {Fate::unknown_lost, Fate::unknown_written, Fate::throws}) {
    Backend backend;
    Gate gate;
    auto holder = backend.hold_turns(gate);
    auto written = backend.submit(kFirst, create_organization("Perhaps"));
    auto refused = backend.submit(kFirst, create_organization("Perhaps"));
    backend.store.log().plan({Fate::appended, Fate::appended, fate});
    gate.open();
    CHECK(Backend::both(holder));
    CHECK(code_of(Backend::result(written)) == ProblemCode::outcome_unknown);
    CHECK(code_of(Backend::result(refused)) == ProblemCode::outcome_unknown);
    while (!backend.committer->writes_available()) std::this_thread::yield();
    const bool found = fate == Fate::unknown_written;
    CHECK(backend.ask(kFirst, create_organization("Perhaps")).has_value() == !found);
    CHECK(backend.live->organizations(kFirst, {}, {})->count == 3);
    CHECK(backend.store.reopen_calls == 1);
  }
}

TEST_CASE("a lost write leaves no trace, and the next takes its place without a gap", "[app][failures]") {
  Backend backend;
  const auto head = backend.store.log().head(kFirst);
  backend.store.log().plan({Fate::unknown_lost});
  CHECK(code_of(backend.ask(kFirst, create_person("Lost", "lost@example.com"))) == ProblemCode::outcome_unknown);
  while (!backend.committer->writes_available()) std::this_thread::yield();
  REQUIRE(backend.ask(kFirst, create_person("Kept", "kept@example.com")));
  const auto last = backend.commits(kFirst).back();
  CHECK(last.header.frame.first.value == head.position.value + 1);
  CHECK(last.header.frame.previous == head.hash);
  CHECK(backend.live->persons(kFirst, {}, {})->count == 1);
}

TEST_CASE("until the store is back writes are refused and reads go on", "[app][failures]") {
  Backend backend;
  const auto person = person_of(*backend.ask(kFirst, create_person("Here", "here@example.com")));
  backend.store.failing_reopens = 1'000'000;
  backend.store.log().plan({Fate::unknown_lost});
  CHECK(code_of(backend.ask(kFirst, create_organization("Lost"))) == ProblemCode::outcome_unknown);
  for (int i = 0; i < 3; ++i) {
    CHECK(code_of(backend.ask(kFirst, create_organization("Refused"))) == ProblemCode::store_unavailable);
  }
  CHECK_FALSE(backend.committer->writes_available());
  CHECK(backend.live->person(kFirst, person));
  backend.store.failing_reopens = 0;
  while (!backend.committer->writes_available()) std::this_thread::yield();
  CHECK(backend.ask(kFirst, create_organization("Refused")));
}

TEST_CASE("a store that lost an answered write is not written to again", "[app][failures]") {
  Backend backend;
  REQUIRE(backend.ask(kFirst, create_organization("Answered")));
  backend.store.log().lose_last(kFirst);
  backend.store.log().plan({Fate::unknown_lost});
  CHECK(code_of(backend.ask(kFirst, create_organization("Lost"))) == ProblemCode::outcome_unknown);
  while (backend.store.reopen_calls < 3) std::this_thread::yield();
  CHECK_FALSE(backend.committer->writes_available());
  CHECK(code_of(backend.ask(kFirst, create_organization("Refused"))) == ProblemCode::store_unavailable);
}

TEST_CASE("a log that takes no writes refuses the group, and is tried again", "[app][failures]") {
  for (const auto fate : {Fate::unavailable, Fate::conflict}) {
    Backend backend;
    const auto head = backend.store.log().head(kFirst);
    backend.store.log().plan({fate});
    CHECK(code_of(backend.ask(kFirst, create_organization("Not Now"))) == ProblemCode::store_unavailable);
    while (!backend.committer->writes_available()) std::this_thread::yield();
    REQUIRE(backend.ask(kFirst, create_organization("Not Now")));
    CHECK(backend.commits(kFirst).back().header.frame.first.value == head.position.value + 1);
  }
}

TEST_CASE("a command that throws is answered with 500 and takes nobody along", "[app][failures]") {
  Backend backend;
  break_slot_behind(2, backend, kFirst);
  Gate gate;
  auto holder = backend.hold_turns(gate);
  const auto head = backend.store.log().head(kFirst);
  auto broken = backend.submit(kFirst, create_organization("Broken"));
  auto whole = backend.submit(kFirst, create_organization("Whole"));
  gate.open();
  const auto answer = Backend::result(broken);
  REQUIRE(answer);
  CHECK(answer->status == 500);
  CHECK(member(*answer, "detail") == "\"Internal server error.\"");
  CHECK(Backend::result(whole));
  CHECK(backend.metrics.of("CreateOrganization failed") == 1);
  const auto last = backend.commits(kFirst).back();
  CHECK(last.header.frame.first.value == head.position.value + 3);  // the holders' two and this one
  CHECK(backend.live->organizations(kFirst, {}, {})->count == 3);
}

TEST_CASE("without a key slot nothing is done", "[app][failures]") {
  Backend backend;
  const auto head = backend.store.log().head(kFirst);
  backend.store.no_slots.insert(kFirst);
  CHECK(code_of(backend.ask(kFirst, create_organization("No Slot"))) == ProblemCode::store_unavailable);
  CHECK(backend.store.log().head(kFirst) == head);
}

TEST_CASE("while a group is appended the next is decided on top of it, and answered behind it", "[app][turns]") {
  Backend backend;
  Gate gate;
  auto holder = backend.hold_in_append(gate);
  auto refused = backend.submit_and_let_take(asking(kFirst, create_organization("Holder")));
  CHECK(refused.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  gate.open();
  CHECK(Backend::result(holder));
  CHECK(code_of(Backend::result(refused)) == ProblemCode::invalid_fields);
}

TEST_CASE("groups that overtake nothing make one chain", "[app][turns]") {
  Backend backend;
  const auto head = backend.store.log().head(kFirst).position.value;
  Gate gate;
  auto holder = backend.hold_in_append(gate);
  auto next = backend.submit_and_let_take(asking(kFirst, create_organization("Next")));
  auto last = backend.submit(kFirst, create_organization("Last"));
  gate.open();
  CHECK(Backend::result(holder));
  CHECK(Backend::result(next));
  CHECK(Backend::result(last));
  std::vector<std::string> names;
  for (const auto& commit : backend.commits(kFirst)) {
    if (commit.header.frame.first.value <= head) continue;
    names.push_back(std::get<OrganizationCreated>(commit.events.front().event).details.data->name);
  }
  CHECK(names == std::vector<std::string>{"Holder", "Next", "Last"});
  CHECK(backend.live->organizations(kFirst, {}, {})->count == 3);
}

TEST_CASE("when a group is lost, so is what was decided on top of it", "[app][failures][turns]") {
  for (const auto fate : {Fate::unknown_lost, Fate::unknown_written, Fate::throws, Fate::unavailable, Fate::conflict}) {
    Backend backend;
    const auto head = backend.store.log().head(kFirst).position.value;
    Gate gate;
    auto holder = backend.hold_in_append(gate);
    auto behind = backend.submit_and_let_take(asking(kFirst, create_organization("Behind")));
    backend.store.log().plan({fate});
    gate.open();
    const bool nothing_written = fate == Fate::unavailable || fate == Fate::conflict;
    CHECK(code_of(Backend::result(holder)) ==
          (nothing_written ? ProblemCode::store_unavailable : ProblemCode::outcome_unknown));
    CHECK(code_of(Backend::result(behind)) == ProblemCode::store_unavailable);
    while (!backend.committer->writes_available()) std::this_thread::yield();
    REQUIRE(backend.ask(kFirst, create_organization("Behind")));
    const bool found = fate == Fate::unknown_written;
    CHECK(backend.commits(kFirst).back().header.frame.first.value == head + (found ? 2 : 1));
    CHECK(backend.ask(kFirst, create_organization("Holder")).has_value() == !found);
    CHECK(backend.store.reopen_calls == 1);
  }
}

TEST_CASE("a refusal that rests on a lost group is taken back", "[app][failures][turns]") {
  Backend backend;
  Gate gate;
  auto holder = backend.hold_in_append(gate);
  auto duplicate = backend.submit_and_let_take(asking(kFirst, create_organization("Holder")));
  backend.store.log().plan({Fate::unknown_lost});
  gate.open();
  CHECK(code_of(Backend::result(holder)) == ProblemCode::outcome_unknown);
  CHECK(code_of(Backend::result(duplicate)) == ProblemCode::store_unavailable);
}

TEST_CASE("when the group behind is lost, the one before stays answered", "[app][failures][turns]") {
  for (const auto fate : {Fate::unknown_lost, Fate::unknown_written, Fate::throws, Fate::unavailable}) {
    Backend backend;
    Gate gate;
    auto holder = backend.hold_in_append(gate);
    auto behind = backend.submit_and_let_take(asking(kFirst, create_organization("Behind")));
    backend.store.log().plan({Fate::appended, fate});
    gate.open();
    CHECK(Backend::result(holder));
    CHECK_FALSE(Backend::result(behind));
    while (!backend.committer->writes_available()) std::this_thread::yield();
    CHECK(backend.ask(kFirst, create_organization("Behind")).has_value() == (fate != Fate::unknown_written));
    CHECK(backend.live->organizations(kFirst, {}, {})->count == 2);
  }
}

TEST_CASE("a key is in progress while its request is appended, and replayed from then on",
          "[app][idempotency][turns]") {
  Backend backend;
  Gate gate;
  auto held = std::make_shared<bool>(false);
  backend.store.log().before_append = [&gate, held] {
    if (!std::exchange(*held, true)) gate.pass();
  };
  const auto request = [] { return with_key(asking(kFirst, create_organization("Once")), "k12", "r13"); };
  // The first is held while it is decided, so that the two behind it are taken together.
  Gate deciding;
  backend.clock_gate = &deciding;
  auto first = backend.submit(request());
  deciding.wait_for_arrival();
  auto second = backend.submit(request());
  auto taken = backend.submit(asking(kFirst, create_organization("Reads The Clock")));
  const auto reads = backend.clock_reads.load();
  deciding.open();
  gate.wait_for_arrival();
  backend.wait_for_clock_reads(reads + 2);  // one more by the first, one by the last
  gate.open();
  CHECK(Backend::result(first));
  CHECK(code_of(Backend::result(second)) == ProblemCode::idempotency_in_progress);
  CHECK(Backend::result(taken));
  const auto again = backend.ask(request());
  REQUIRE(again);
  CHECK(again->replayed);
}

TEST_CASE("whatever appends come to, what was answered is in the log once and what was refused is not",
          "[app][failures][turns]") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  Backend backend;
  std::deque<Fate> fates;
  for (int i = 0; i < 60; ++i) {
    constexpr std::array kFates{Fate::appended, Fate::appended,     Fate::appended,        Fate::unavailable,
                                Fate::conflict, Fate::unknown_lost, Fate::unknown_written, Fate::throws};
    fates.push_back(kFates[random() % kFates.size()]);
  }
  backend.store.log().plan(fates);
  std::mutex mutex;
  std::map<std::string, std::optional<ProblemCode>> outcomes;
  std::vector<std::jthread> clients;
  for (int client = 0; client < 4; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < 60; ++i) {
        const auto name = std::to_string(client) + "-" + std::to_string(i);
        const auto answer = backend.ask(kFirst, create_organization(name));
        const std::scoped_lock lock(mutex);
        outcomes[name] = code_of(answer);
      }
    });
  }
  clients.clear();
  std::map<std::string, int> in_log;
  std::uint64_t position = 0;
  for (const auto& commit : backend.commits(kFirst)) {
    CHECK(commit.header.frame.first.value == position + 1);
    position = commit.header.frame.last().value;
    const auto* created = std::get_if<OrganizationCreated>(&commit.events.front().event);
    if (created != nullptr) ++in_log[created->details.data->name];
  }
  for (const auto& [name, code] : outcomes) {
    CAPTURE(name);
    if (!code) CHECK(in_log[name] == 1);
    if (code == ProblemCode::store_unavailable) CHECK(in_log[name] == 0);
    CHECK(in_log[name] <= 1);
  }
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

TEST_CASE("a command whose follow-up fails leaves nothing behind", "[app][failures]") {
  Backend backend;
  const auto head = backend.store.log().head(kSystemPlatform);
  backend.store.no_slots.insert(PlatformId{3});
  CHECK(code_of(backend.ask(kSystemPlatform, create_platform("third"))) == ProblemCode::store_unavailable);
  CHECK(backend.store.log().head(kSystemPlatform) == head);
  CHECK_FALSE(backend.live->platform_with_key("third"));
  backend.store.no_slots.clear();
  CHECK(backend.ask(kSystemPlatform, create_platform("third")));
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
