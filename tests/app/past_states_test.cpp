#include "app/past_states.hpp"

#include <catch2/catch.hpp>
#include <future>

#include "app/log_histories.hpp"
#include "app/past_records.hpp"
#include "projections/history/stream_reading.hpp"
#include "projections/records.hpp"
#include "real_directory.hpp"

namespace annals::past_states_test {
using namespace annals::test;

namespace {

constexpr PlatformId kMain{1};

/// A store that takes writes, unless it is said not to; every making can be held.
struct Writable : Readiness {
  std::optional<std::string> not_ready_reason() const override { return std::nullopt; }
  bool writes_available() const override {
    if (auto* held = gate.exchange(nullptr)) held->pass();
    return writes;
  }
  std::atomic<bool> writes{true};
  mutable std::atomic<Gate*> gate{nullptr};
};

struct Place {
  Scratch scratch;
  std::filesystem::path past = scratch / "data" / "past";
  std::unique_ptr<Store> store = first_start(scratch / "data");
  Writable readiness;
  std::unique_ptr<LiveProjections> live = LiveProjections::make(store->views(), store->digester());
  PastStates states{*store, readiness, {past, 1u << 20, std::chrono::milliseconds(20)}};

  Position head() const { return store->log().head(kMain).position; }
  void load() {
    live->load(store->log().platforms(), [](std::uint64_t, std::uint64_t) {});
  }
  PastRecords records(Position position) { return {*store, *live, states, position}; }
  /// The position behind it.
  Position add(const std::string& name) {
    add_person(*store, name);
    return head();
  }
  std::size_t directories() const {
    if (!std::filesystem::exists(past)) return 0;
    const std::filesystem::directory_iterator all(past);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }
};

std::uint64_t count(const Result<std::shared_ptr<const RecordQueries>>& records) {
  return records.value()->persons(kMain, {}, {})->count;
}

std::shared_ptr<const RecordQueries> known(Place& place, Position position) {
  return place.states.at(kMain, position).value();
}

}  // namespace

TEST_CASE("lists of the past show what had happened by then", "[app]") {
  Place place;
  const auto none = place.head();
  const auto one = place.add("One");
  const auto two = place.add("Two");
  CHECK(count(place.states.at(kMain, none)) == 0);
  CHECK(count(place.states.at(kMain, one)) == 1);
  CHECK(count(place.states.at(kMain, two)) == 2);
  CHECK(count(place.states.at(kMain, Position{0})) == 0);
  CHECK(count(place.states.at(PlatformId{7}, Position{0})) == 0);
  CHECK(known(place, one)->persons(kMain, {}, {})->results.find("\"One\"") != std::string::npos);
}

TEST_CASE("the two pasts asked for last are kept, the others leave nothing behind", "[app]") {
  Place place;
  const auto one = place.add("One");
  const auto two = place.add("Two");
  const auto three = place.add("Three");
  CHECK(place.directories() == 0);
  const auto first = known(place, one);
  const auto second = known(place, two);
  CHECK(known(place, one) == first);
  known(place, three);  // of one and two, two was asked for longer ago
  CHECK(place.directories() == 3);
  CHECK(known(place, one) == first);
  CHECK(known(place, two) != second);
  CHECK(second->persons(kMain, {}, {})->count == 2);  // whoever reads it still can
}

TEST_CASE("directories of pasts are gone at the end, and those of a crash at the beginning", "[app]") {
  Scratch scratch;
  const auto store = first_start(scratch / "data");
  const auto past = scratch / "data" / "past";
  std::filesystem::create_directories(past / "7" / "left by a crash");
  const Writable readiness;
  {
    PastStates states(*store, readiness, {past, 0});
    CHECK_FALSE(std::filesystem::exists(past));
    CHECK(states.at(kMain, store->log().head(kMain).position));
    CHECK(std::filesystem::exists(past));
  }
  CHECK_FALSE(std::filesystem::exists(past));
}

TEST_CASE("while one past is being made another has to wait, and is refused when that takes long", "[app]") {
  Place place;
  const auto one = place.add("One");
  const auto two = place.add("Two");
  const auto ready = known(place, one);
  Gate gate;
  place.readiness.gate = &gate;
  auto making = std::async(std::launch::async, [&] { return count(place.states.at(kMain, two)); });
  gate.wait_for_arrival();
  CHECK(known(place, one) == ready);
  CHECK(place.states.at(kMain, Position{0}).error().code == ProblemCode::queue_full);
  CHECK(place.states.at(kMain, two).error().code == ProblemCode::queue_full);
  gate.open();
  CHECK(making.get() == 2);
  CHECK(count(place.states.at(kMain, Position{0})) == 0);
}

TEST_CASE("no past is made while the store takes no writes", "[app]") {
  Place place;
  const auto one = place.add("One");
  place.readiness.writes = false;
  CHECK(place.states.at(kMain, one).error().code == ProblemCode::store_unavailable);
  CHECK(place.directories() == 0);
  place.readiness.writes = true;
  CHECK(count(place.states.at(kMain, one)) == 1);
}

TEST_CASE("an erasure lets go of every past of its platform, also of one that is being made", "[app]") {
  Place place;
  const auto one = place.add("One");
  const auto two = place.add("Two");
  const auto before = known(place, one);
  place.states.forget(PlatformId{0});
  CHECK(known(place, one) == before);
  Gate gate;
  place.readiness.gate = &gate;
  auto making = std::async(std::launch::async, [&] { return place.states.at(kMain, two); });
  gate.wait_for_arrival();
  place.states.forget(kMain);
  gate.open();
  CHECK(making.get().error().code == ProblemCode::store_unavailable);
  CHECK(known(place, one) != before);
  CHECK(count(place.states.at(kMain, two)) == 2);
}

TEST_CASE("erased persons are in no past", "[app]") {
  Place place;
  const auto ada = add_person(*place.store, "Ada");
  const auto both = place.add("Grace");
  const auto records = place.records(both);
  CHECK(records.person(kMain, ada));
  CHECK(records.persons(kMain, {}, {})->count == 2);
  const auto row = read_person_row(place.store->views().latest(), kMain, ada);
  REQUIRE(place.store->erase_slot(kMain, row->slot));
  place.states.forget(kMain);
  CHECK_FALSE(records.person(kMain, ada));
  CHECK(records.persons(kMain, {}, {})->count == 1);
}

TEST_CASE("a record of the past costs no past of all", "[app]") {
  Place place;
  const auto ada = add_person(*place.store, "Ada");
  CHECK(place.records(place.head()).person(kMain, ada)->json.find("Ada") != std::string::npos);
  CHECK_FALSE(place.records(Position{0}).person(kMain, ada));
  CHECK(place.directories() == 0);
}

TEST_CASE("lists as of the newest position are those of now, and cost no past", "[app]") {
  Place place;
  const auto one = place.add("One");
  place.load();
  CHECK(place.records(one).persons(kMain, {}, {})->count == 1);
  CHECK(place.directories() == 0);
  const auto two = place.add("Two");
  place.load();
  CHECK(place.records(one).persons(kMain, {}, {})->count == 1);
  CHECK(place.directories() == 1);
  CHECK(place.records(two).persons(kMain, {}, {})->count == 2);
  CHECK(place.directories() == 1);
}

TEST_CASE("a moment is the end of a whole commit, and when it was recorded", "[app]") {
  Place place;
  const LogHistories histories(*place.store, *place.live, place.states);
  const auto one = place.add("One");
  const auto two = place.add("Two");
  place.load();
  const auto unanswered = place.add("Three");
  CHECK(histories.moment(kMain, unanswered).position == two);
  EventReader reader(place.store->log(), place.store->sealer(), kMain);
  const auto recorded = reader.commit_at(one).events.back().recorded_at;
  CHECK(histories.moment(kMain, one).position == one);
  CHECK(histories.moment(kMain, one).at == recorded);
  CHECK(histories.moment(kMain, recorded).position == one);
  CHECK(histories.moment(kMain, Position{two.value + 9}).position == two);
  CHECK(histories.moment(kMain, Timestamp{}).position == Position{0});
  CHECK(histories.moment(kMain, Position{1}).position == Position{0});  // the platform was opened by more events
}

}  // namespace annals::past_states_test
