#include "app/live_rebuild.hpp"

#include <catch2/catch.hpp>

#include "projections/key_uses.hpp"
#include "projections/rebuild.hpp"
#include "projections/records.hpp"
#include "support/memory_byte_store.hpp"
#include "undecodable.hpp"

namespace annals::live_rebuild_test {
using namespace annals::test;

namespace {

constexpr PlatformId kMain{1};
using Phase = RebuildState::Phase;

/// A server's inside over a data directory on the disk.
struct Running {
  Scratch scratch;
  std::filesystem::path directory = scratch / "data";
  std::unique_ptr<Store> store = first_start(directory);
  CountingMetrics metrics;
  std::unique_ptr<LiveProjections> live;
  std::unique_ptr<Committer> committer;
  std::unique_ptr<LiveRebuild> rebuild;

  /// Few texts in memory, so that most are read from the views.
  explicit Running(std::uint64_t record_bytes_max = 4096)
      : live(LiveProjections::make(store->views(), store->digester(), record_bytes_max)) {
    live->load(store->log().platforms(), [](std::uint64_t, std::uint64_t) {});
    committer = std::make_unique<Committer>(*store, *live, metrics, CommitterOptions{});
    committer->start();
    rebuild = std::make_unique<LiveRebuild>(*store, *live, *committer, metrics, record_bytes_max);
  }
  ~Running() { stop(); }
  void stop() {
    rebuild->stop();
    committer->stop(std::chrono::seconds(20));
  }

  Result<Answer> ask(Command command) {
    auto submission = asking(kMain, std::move(command));
    std::promise<Result<Answer>> promise;
    auto answered = promise.get_future();
    submission.done = [&promise](Result<Answer> answer) { promise.set_value(std::move(answer)); };
    committer->submit(std::move(submission));
    return answered.get();
  }
  PersonId add(const std::string& name) {
    const auto answer = ask(create_person(name, name + "@example.org"));
    REQUIRE(answer);
    return person_of(*answer);
  }
  RebuildState ended() const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (rebuild->state().phase == Phase::running) {
      if (std::chrono::steady_clock::now() > end) throw std::runtime_error("the rebuild does not end");
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return rebuild->state();
  }
  std::string name_of(PersonId person) const {
    const auto shown = live->person(kMain, person);
    if (!shown) return {};
    const auto members = json_members(shown->json);
    return json_string(std::map<std::string, std::string>(members.begin(), members.end()).at("name"));
  }
  std::uint64_t count() const { return live->persons(kMain, {}, {})->count; }
  std::vector<ViewDifference> differences() {
    MemoryByteStore scratch_views;
    return check(store->log(), store->views(), scratch_views, store->sealer(), store->digester(), {}).differences;
  }
};

/// Something in the views that the log does not say, so that a rebuild shows.
void spoil(Store& store) {
  const auto changes = store.views().overlay();
  changes->put(kMain, ViewId{40}, "spoilt", "");
  REQUIRE(store.views().write(*changes));
}

}  // namespace

TEST_CASE("none has been rebuilt before one is started", "[app]") {
  const Running running;
  CHECK(running.rebuild->state().phase == Phase::idle);
}

TEST_CASE("a rebuild puts right what is wrong in the views while they are served", "[app]") {
  Running running;
  const auto ada = running.add("ada");
  spoil(*running.store);
  REQUIRE_FALSE(running.differences().empty());
  const auto started = running.rebuild->start();
  REQUIRE(started);
  CHECK(started->phase == Phase::running);
  const auto ended = running.ended();
  CHECK(ended.phase == Phase::done);
  CHECK_FALSE(ended.failure);
  CHECK(ended.events_done == ended.events_total);
  CHECK(ended.finished_at >= ended.started_at);
  REQUIRE(ended.positions.size() == 2);
  CHECK(ended.positions[1].platform_key == "main");
  CHECK(ended.positions[1].position == running.store->log().head(kMain).position);
  CHECK(running.name_of(ada) == "ada");
  CHECK(running.differences().empty());
  CHECK(running.metrics.of("rebuild running") == 0);
  CHECK(running.metrics.of("rebuild events done") == ended.events_total);
}

TEST_CASE("writers and readers go on while views are rebuilt again and again", "[app]") {
  Running running;
  for (int i = 0; i < 40; ++i) running.add("before" + std::to_string(i));
  std::atomic<bool> stopping{false};
  std::atomic<std::uint64_t> added{40};
  std::atomic<bool> read_badly{false};
  std::vector<std::jthread> threads;
  for (int writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 0; !stopping; ++i) {
        const auto name = "writer" + std::to_string(writer) + "-" + std::to_string(i);
        const auto answer = running.ask(create_person(name, name + "@example.org"));
        if (!answer) {
          read_badly = true;
          continue;
        }
        ++added;
        if (running.name_of(person_of(*answer)) != name) read_badly = true;
      }
    });
  }
  threads.emplace_back([&] {
    PersonFilter by_name;
    by_name.order = PersonOrder::name;
    while (!stopping) {
      const auto least = added.load();
      const auto page = running.live->persons(kMain, {}, {});
      const auto ordered = running.live->persons(kMain, by_name, {});
      if (!page || page->count < least || !ordered || ordered->count < least) read_badly = true;
    }
  });
  for (int round = 0; round < 3; ++round) {
    REQUIRE(running.rebuild->start());
    const auto ended = running.ended();
    INFO((ended.failure ? ended.failure->why : std::string()));
    CHECK(ended.phase == Phase::done);
  }
  stopping = true;
  threads.clear();
  CHECK_FALSE(read_badly.load());
  CHECK(running.count() == added.load());
  CHECK(running.differences().empty());
  running.stop();
  running.store.reset();
  running.store = open_directory(options_of(running.directory));
  CHECK(running.differences().empty());
}

TEST_CASE("while one rebuild runs no other is started", "[app]") {
  Running running;
  Gate gate;
  std::promise<void> held;
  std::jthread holder([&] {
    // Nothing is swapped while the committer is held.
    running.committer->between_groups([&] {
      held.set_value();
      gate.pass();
    });
  });
  held.get_future().wait();
  REQUIRE(running.rebuild->start());
  const auto second = running.rebuild->start();
  REQUIRE_FALSE(second);
  CHECK(second.error().phase == Phase::running);
  gate.open();
  holder.join();
  CHECK(running.ended().phase == Phase::done);
  CHECK(running.rebuild->start());
}

TEST_CASE("a rebuild that meets an event that it cannot decode fails, and the live views go on", "[app]") {
  Running running;
  const auto ada = running.add("ada");
  running.stop();
  const auto unknown = append_undecodable(*running.store, kMain);
  running.committer = std::make_unique<Committer>(*running.store, *running.live, running.metrics, CommitterOptions{});
  running.committer->start();
  running.rebuild =
      std::make_unique<LiveRebuild>(*running.store, *running.live, *running.committer, running.metrics, 4096);
  REQUIRE(running.rebuild->start());
  const auto ended = running.ended();
  CHECK(ended.phase == Phase::failed);
  REQUIRE(ended.failure);
  CHECK(ended.failure->undecodable);
  CHECK(ended.failure->platform_key == "main");
  CHECK(ended.failure->position == unknown.first);
  CHECK(ended.failure->why.find("OrganizationTeleprt") != std::string::npos);
  CHECK(running.metrics.of("undecodable events") == 1);
  CHECK(running.metrics.of("rebuild running") == 0);
  CHECK(running.name_of(ada) == "ada");
  CHECK(running.store->begin_views());  // nothing of it is left in the way
}

TEST_CASE("a rebuild keeps when keys were last used", "[app]") {
  Running running;
  const auto caller = running.live->caller(sha256(std::string(40, 't')), clock_now());
  REQUIRE(caller);
  REQUIRE(running.live->save_key_uses());
  const auto before = KeyUses::saved(running.store->views().latest(), kMain);
  REQUIRE(before.size() == 1);
  REQUIRE(running.rebuild->start());
  REQUIRE(running.ended().phase == Phase::done);
  CHECK(KeyUses::saved(running.store->views().latest(), kMain) == before);
}

TEST_CASE("a rebuild ends when the server stops", "[app]") {
  Running running;
  REQUIRE(running.rebuild->start());
  running.rebuild->stop();
  CHECK(running.rebuild->state().phase != Phase::running);
  CHECK_FALSE(running.rebuild->start());
}

}  // namespace annals::live_rebuild_test
