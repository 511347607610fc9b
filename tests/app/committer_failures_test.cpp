#include <catch2/catch.hpp>

#include "committing.hpp"

namespace annals::committer_failures_test {
using namespace annals::test;
using Fate = MemoryLog::Fate;

namespace {

constexpr PlatformId kFirst{1};

/// Makes a command fail in the middle: the slot that the platform gives behind `others` more has no key to seal under.
void break_slot_behind(std::uint64_t others, Backend& backend, PlatformId platform) {
  backend.store.keys().erase(platform, SlotId{backend.store.next_slot(platform).value + others});
}

}  // namespace

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

}  // namespace annals::committer_failures_test
