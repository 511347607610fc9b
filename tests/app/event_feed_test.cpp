#include "app/event_feed.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "committing.hpp"
#include "events/commit.hpp"

namespace annals::event_feed_test {
using namespace annals::test;

namespace {

constexpr PlatformId kFirst{1};
constexpr PlatformId kSecond{2};
constexpr EventLimits kAll{1000, 1000, 1u << 20, 1u << 20};
constexpr Position kEnd{UINT64_MAX};

/// Another log's commits, some altered on their way.
class AlteredLog : public CommitLog {
 public:
  using Alter = std::function<void(CommitRecord&)>;
  AlteredLog(const CommitLog& log, Alter alter) : log_(log), alter_(std::move(alter)) {}
  AppendStatus append(std::span<const PlatformAppend>, const ViewOverlay&) override {
    return AppendStatus::unavailable;
  }
  std::vector<PlatformId> platforms() const override { return log_.platforms(); }
  Head head(PlatformId platform) const override { return log_.head(platform); }
  std::unique_ptr<CommitCursor> read(PlatformId platform, Position from) const override {
    return std::make_unique<Cursor>(log_.read(platform, from), alter_);
  }

 private:
  class Cursor : public CommitCursor {
   public:
    Cursor(std::unique_ptr<CommitCursor> cursor, const Alter& alter) : cursor_(std::move(cursor)), alter_(alter) {}
    std::optional<CommitRecord> next() override {
      auto record = cursor_->next();
      if (record) alter_(*record);
      return record;
    }

   private:
    std::unique_ptr<CommitCursor> cursor_;
    const Alter& alter_;
  };

  const CommitLog& log_;
  Alter alter_;
};

struct World {
  World() {
    for (const std::string name : {"Ada", "Grace", "Edith"}) {
      REQUIRE(backend.ask(kFirst, create_person(name, name + "@example.org")));
    }
    REQUIRE(backend.ask(kSecond, create_organization("Elsewhere")));
  }
  LogEventFeed feed() { return {backend.store.log(), backend.store.sealer(), *backend.live}; }
  EventsRead read(Position after, const EventFilter& filter = {}, const EventLimits& limits = kAll) {
    const auto read = feed().read(kFirst, filter, after, kEnd, limits);
    REQUIRE(read);
    return *read;
  }
  Position head() { return backend.store.log().head(kFirst).position; }

  Backend backend;
};

std::vector<std::uint64_t> positions(const EventsRead& read) {
  std::vector<std::uint64_t> all;
  for (const auto& event : read.events) all.push_back(event.position.value);
  return all;
}

}  // namespace

TEST_CASE("the feed gives every event of one platform, in order, as it is shown elsewhere", "[app][feed]") {
  World world;
  const auto read = world.read(Position{0});
  CHECK(read.seen == world.head());
  std::size_t at = 0;
  for (const auto& record : world.backend.store.log().commits(kFirst)) {
    const auto commit = decode_commit(record.bytes, world.backend.store.sealer());
    for (std::size_t i = 0; i < commit.events.size(); ++i, ++at) {
      REQUIRE(at < read.events.size());
      CHECK(read.events[at].position == commit.position_of(i));
      CHECK(read.events[at].type == type_of(commit.events[i].event));
      CHECK(read.events[at].json == event_json(commit, i, record.hash, {"first", std::nullopt}));
    }
  }
  CHECK(at == read.events.size());
}

TEST_CASE("the feed goes on behind any position, also inside a commit, and not beyond its end", "[app][feed]") {
  World world;
  const auto all = positions(world.read(Position{0}));
  REQUIRE(world.backend.store.log().commits(kFirst).front().frame.count > 2);
  for (std::uint64_t after = 0; after <= all.back(); ++after) {
    const auto read = world.read(Position{after});
    CHECK(positions(read) == std::vector(all.begin() + static_cast<std::ptrdiff_t>(after), all.end()));
    CHECK(read.seen == world.head());
  }
  const auto behind = world.read(Position{all.back() + 5});
  CHECK(behind.events.empty());
  CHECK(behind.seen == Position{all.back() + 5});
  CHECK(world.read(kEnd).events.empty());

  const auto until = Position{world.head().value - 1};
  const auto cut = world.feed().read(kFirst, {}, Position{0}, until, kAll);
  REQUIRE(cut);
  CHECK(cut->seen == until);
}

TEST_CASE("the feed keeps to types and streams, and has seen the others", "[app][feed]") {
  World world;
  const auto persons = world.read(Position{0}, {{"PersonCreated"}, {}});
  CHECK(persons.events.size() == 3);
  CHECK(persons.seen == world.head());
  const auto both = world.read(Position{0}, {{"PersonCreated", "PlatformOpened"}, {}});
  CHECK(both.events.size() == 4);
  const auto stream = json_string(json_members(persons.events[1].json)[3].second);
  CHECK(stream.starts_with("person-"));
  CHECK(positions(world.read(Position{0}, {{}, {stream}})) ==
        std::vector<std::uint64_t>{persons.events[1].position.value});
  CHECK(world.read(Position{0}, {{"PlatformOpened"}, {stream}}).events.empty());
  const auto nothing = world.read(Position{0}, {{}, {"person-nobody"}});
  CHECK(nothing.events.empty());
  CHECK(nothing.seen == world.head());
}

TEST_CASE("a reading of the feed ends at each of its limits, and the next goes on there", "[app][feed]") {
  World world;
  const auto all = positions(world.read(Position{0}));
  const auto walk = [&](const EventFilter& filter, const EventLimits& limits) {
    std::vector<std::uint64_t> walked;
    std::size_t readings = 0;
    for (Position after{0}; after < world.head(); ++readings) {
      const auto read = world.read(after, filter, limits);
      REQUIRE(read.seen > after);
      after = read.seen;
      for (const auto position : positions(read)) walked.push_back(position);
    }
    return std::pair(walked, readings);
  };
  const auto commits = world.backend.store.log().commits(kFirst).size();
  CHECK(walk({}, {1, 1000, 1u << 20, 1u << 20}) == std::pair(all, all.size()));
  CHECK(walk({}, {1000, 1, 1u << 20, 1u << 20}) == std::pair(all, commits));
  CHECK(walk({}, {1000, 1000, 1, 1u << 20}) == std::pair(all, commits));
  CHECK(walk({}, {1000, 1000, 1u << 20, 1}) == std::pair(all, all.size()));
  CHECK(walk({{"PersonErased"}, {}}, {1000, 2, 1u << 20, 1u << 20}) ==
        std::pair(std::vector<std::uint64_t>(), (commits + 1) / 2));
}

TEST_CASE("the feed shows nothing of erased persons", "[app][feed]") {
  World world;
  const auto created = world.read(Position{0}, {{"PersonCreated"}, {}}).events.front();
  CHECK(created.json.find("Ada") != std::string::npos);
  const auto person = PersonId::parse(json_string(json_members(created.json)[3].second).substr(7));
  REQUIRE(person);
  REQUIRE(world.backend.ask(kFirst, ErasePerson::from(*person, body({}))));
  const auto erased = world.read(Position{0}, {{"PersonCreated"}, {}}).events.front();
  CHECK(erased.position == created.position);
  CHECK(erased.json.find("Ada") == std::string::npos);
  CHECK(erased.json.find(R"("erased":true)") != std::string::npos);
  CHECK(world.read(Position{0}, {{"PersonErased"}, {}}).events.size() == 1);
}

TEST_CASE("the feed stops before an event that cannot be read, and says which", "[app][feed]") {
  World world;
  const auto bad = Position{world.head().value - 1};
  const AlteredLog unknown(world.backend.store.log(), [bad](CommitRecord& record) {
    if (record.frame.first != bad) return;
    record.bytes.replace(record.bytes.find("PersonCreated"), 13, "PersonBeheld!");
  });
  const AlteredLog damaged(world.backend.store.log(), [bad](CommitRecord& record) {
    if (record.frame.first == bad) throw LogDamage(kFirst, bad, "its hash differs");
  });
  for (const CommitLog* log : {static_cast<const CommitLog*>(&unknown), static_cast<const CommitLog*>(&damaged)}) {
    const LogEventFeed feed(*log, world.backend.store.sealer(), *world.backend.live);
    const auto before = feed.read(kFirst, {}, Position{0}, kEnd, kAll);
    REQUIRE(before);
    CHECK(before->seen == Position{bad.value - 1});
    const auto there = feed.read(kFirst, {}, before->seen, kEnd, kAll);
    REQUIRE_FALSE(there);
    CHECK(there.error().position == bad);
    CHECK_FALSE(there.error().why.empty());
    const auto filtered = feed.read(kFirst, {{"PersonErased"}, {}}, before->seen, kEnd, kAll);
    CHECK_FALSE(filtered);
    CHECK(feed.read(kFirst, {}, bad, kEnd, kAll));
  }
}

TEST_CASE("who waits for events is told when a write can be read", "[app][feed]") {
  World world;
  std::vector<std::pair<PlatformId, Position>> told;
  std::mutex mutex;
  world.backend.live->on_served([&](PlatformId platform) {
    const auto served = world.backend.live->served_position(platform);
    const std::scoped_lock lock(mutex);
    told.emplace_back(platform, served);
  });
  REQUIRE(world.backend.ask(kFirst, create_person("Jean", "jean@example.org")));
  REQUIRE(world.backend.ask(kSecond, create_organization("Further")));
  world.backend.live->on_served({});
  REQUIRE(world.backend.ask(kFirst, create_person("Kay", "kay@example.org")));
  REQUIRE(told.size() == 2);
  CHECK(told[0] == std::pair(kFirst, Position{world.head().value - 1}));
  CHECK(told[1] == std::pair(kSecond, world.backend.store.log().head(kSecond).position));
}

}  // namespace annals::event_feed_test
