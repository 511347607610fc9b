#include <catch2/catch.hpp>
#include <random>

#include "committing.hpp"

namespace annals::committer_turns_test {
using namespace annals::test;
using Fate = MemoryLog::Fate;

namespace {

constexpr PlatformId kFirst{1};

}  // namespace

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

TEST_CASE("between two groups nothing is decided and nothing appended, and all that was appended can be read",
          "[app][turns]") {
  Backend backend;
  Gate gate;
  auto held = backend.hold_turns(gate);
  std::atomic<bool> ran{false};
  std::uint64_t published = 0;
  std::jthread caller([&] {
    ran = backend.committer->between_groups([&] { published = backend.live->served_position(kFirst).value; });
  });
  CHECK_FALSE(ran.load());
  gate.open();
  caller.join();
  CHECK(ran.load());
  CHECK(Backend::both(held));
  CHECK(published > 0);
  CHECK(backend.ask(kFirst, create_organization("Behind")));
  CHECK(backend.live->served_position(kFirst).value > published);
}

TEST_CASE("a committer that waits for commands lets others in between, and one that has stopped does not",
          "[app][turns]") {
  Backend backend;
  int ran = 0;
  CHECK(backend.committer->between_groups([&] { ++ran; }));
  CHECK(backend.committer->between_groups([&] { ++ran; }));
  backend.stop();
  CHECK_FALSE(backend.committer->between_groups([&] { ++ran; }));
  CHECK(ran == 2);
}

}  // namespace annals::committer_turns_test
