#include <catch2/catch.hpp>

#include "projections/story.hpp"
#include "projections/view_ids.hpp"
#include "projections/view_keys.hpp"

namespace annals::rebuild_test {
using namespace annals::test;

namespace {

void rebuild_one(World& world, ByteStore& store, std::optional<std::string_view> projection) {
  rebuild(world.log, store, world.sealer, world.digester, projection, nullptr);
}

/// Refuses from some write on, as a store does whose process was killed.
class DyingStore : public MemoryByteStore {
 public:
  bool write(ViewOverlay& changes) override { return writes_left-- > 0 && MemoryByteStore::write(changes); }
  int writes_left = 1000;
};

/// Why the rebuild stopped; empty: it did not.
std::optional<LogDamage> damage_of(World& world) {
  MemoryByteStore fresh;
  try {
    rebuild_one(world, fresh, std::nullopt);
  } catch (const LogDamage& damage) {
    return damage;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("views rebuilt from the log are the views that commits left", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  story.steps(400);
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("any projection dropped and rebuilt alone is as it was", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  story.steps(250);
  world.commit({created_person(9001, "Primary"), created_person(9002, "Duplicate")});
  world.commit({PersonMerged{person_id(9002), person_id(9001), true, {}},
                PersonAbsorbed{person_id(9001), {person_id(9002)}, {}}});
  world.commit(
      {PipelineCreated{
           PipelineId{901}, {true, 30}, {}, {kPlatformSlot, PipelineCreated::Texts{"Leasing", "leasing", {"{}"}}}},
       StageCreated{StageId{902},
                    {PipelineId{901}, 10, 0, false, false},
                    {},
                    {kPlatformSlot, StageCreated::Texts{"New", "new", {"{}"}}}},
       LeadSourceCreated{
           LeadSourceId{903}, {}, {}, {kPlatformSlot, LeadSourceCreated::Texts{"Fair", "fair", {"{}"}}}}});
  DealCreated deal;
  deal.id = DealId{905};
  deal.plain = {.person = person_id(9001), .pipeline = PipelineId{901}, .stage = StageId{902}};
  deal.texts = {SlotId{9905}, DealCreated::Texts{"Deal", "", "", {"{}"}}};
  ActivityCreated activity;
  activity.id = ActivityId{906};
  activity.plain.person = person_id(9001);
  activity.texts = {SlotId{9906}, ActivityCreated::Texts{"Call", "", "", {"{}"}}};
  FavoriteAdded favorite;
  favorite.id = FavoriteId{907};
  favorite.plain.user = UserId{1};
  favorite.plain.person = person_id(9001);
  favorite.texts = {kPlatformSlot, FavoriteAdded::Texts{{"{}"}}};
  SavedViewCreated saved;
  saved.id = SavedViewId{908};
  saved.texts.slot = kPlatformSlot;
  saved.texts.data.emplace();
  world.commit({deal, activity, favorite, saved, created_tag(909, "Fair")});
  world.commit({TagAttached::to(person_id(9001), AssignmentId{910}, TagId{909})});
  const WebhookDetails hook{"https://hooks.example/", "Hook", {}, {"whsec_one"}};
  world.commit({WebhookCreated{WebhookId{904}, true, {kPlatformSlot, hook}}});
  world.commit({created_person(9003, "Erased")});
  world.commit({PersonErased{person_id(9003), person_slot(9003), {}, {}}});
  world.erase(kMain, person_slot(9003));
  const auto before = world.store.all();
  for (const auto& projection : all_projections()) {
    INFO(projection.name);
    for (const auto view : projection.views) {
      world.store.clear(kMain, view);
      world.store.clear(kSystemPlatform, view);
    }
    REQUIRE(world.store.all() != before);
    rebuild_one(world, world.store, projection.name);
    REQUIRE(world.store.all() == before);
  }
}

TEST_CASE("rebuilding one projection of views that lag behind the log fills them all", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  story.steps(60);
  MemoryByteStore empty;
  rebuild_one(world, empty, "PersonDirectory");
  CHECK(empty.all() == world.store.all());
  catch_up(world.log, empty, world.sealer, world.digester, nullptr);
  CHECK(empty.all() == world.store.all());
}

TEST_CASE("views in another shape are told, and rebuilding any projection fills them all anew", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  CHECK_FALSE(in_other_shape(MemoryByteStore()));
  CHECK_FALSE(in_other_shape(world.store));
  Story story(world, seed);
  story.steps(60);
  CHECK_FALSE(in_other_shape(world.store));
  const auto before = world.store.all();
  const auto changes = world.store.overlay();
  SECTION("a shape that was never written down") {
    changes->erase(kSystemPlatform, view::shape, {});
  }
  SECTION("a later shape") {
    changes->put(kSystemPlatform, view::shape, {}, pack(kViewsShape + 1));
  }
  changes->erase(kMain, view::members, key_of(UserId{11}));
  world.store.write(*changes);
  CHECK(in_other_shape(world.store));
  rebuild_one(world, world.store, "PersonDirectory");
  CHECK_FALSE(in_other_shape(world.store));
  CHECK(world.store.all() == before);
}

TEST_CASE("empty views that catch up with the log are in this program's shape", "[projections]") {
  World world;
  open_main(world);
  MemoryByteStore dropped;
  catch_up(world.log, dropped, world.sealer, world.digester, nullptr);
  CHECK_FALSE(in_other_shape(dropped));
  CHECK(dropped.all() == world.store.all());
}

TEST_CASE("every view belongs to one projection", "[projections]") {
  std::set<ViewId> seen;
  for (const auto& projection : all_projections()) {
    CHECK(is_projection(projection.name));
    for (const auto view : projection.views) CHECK(seen.insert(view).second);
  }
  CHECK_FALSE(is_projection("Nothing"));
}

TEST_CASE("an unknown projection is refused before anything is dropped", "[projections]") {
  World world;
  open_main(world);
  const auto before = world.store.all();
  CHECK_THROWS_AS(rebuild_one(world, world.store, "Nothing"), std::runtime_error);
  CHECK(world.store.all() == before);
}

TEST_CASE("a rebuild interrupted at any write is noticed and finished", "[projections]") {
  World world;
  Story story(world, 17);
  story.steps(100);
  const auto name = GENERATE(std::optional<std::string_view>{}, std::optional<std::string_view>{"PersonDirectory"});
  DyingStore store;
  store.steps_a_portion = 30;
  rebuild_one(world, store, std::nullopt);
  const auto before = store.all();
  CHECK_FALSE(rebuild_pending(store));
  const auto writes = 1000 - store.writes_left;  // the mark, the portions, the end of the mark
  REQUIRE(writes > 4);
  for (int left = 1; left < writes; ++left) {
    INFO(left << " of " << writes << " writes");
    store.writes_left = left;
    CHECK_THROWS_AS(rebuild_one(world, store, name), std::runtime_error);
    CHECK(rebuild_pending(store));
    auto without_mark = store.all();
    std::erase_if(without_mark, [](const auto& one) { return one.first.view == view::rebuilds; });
    CHECK((without_mark == before) == (left == writes - 1));
    store.writes_left = 1000;
    finish_rebuild(world.log, store, world.sealer, world.digester, nullptr);
    CHECK_FALSE(rebuild_pending(store));
    CHECK(store.all() == before);
  }
}

TEST_CASE("a rebuild whose mark cannot be written drops nothing", "[projections]") {
  World world;
  open_main(world);
  DyingStore store;
  rebuild_one(world, store, std::nullopt);
  const auto before = store.all();
  store.writes_left = 0;
  CHECK_THROWS_AS(rebuild_one(world, store, std::nullopt), std::runtime_error);
  CHECK(store.all() == before);
}

TEST_CASE("progress ends with all events of all platforms", "[projections]") {
  World world;
  open_main(world);
  std::uint64_t done = 0;
  std::uint64_t of = 0;
  MemoryByteStore fresh;
  rebuild(world.log, fresh, world.sealer, world.digester, std::nullopt, [&](std::uint64_t d, std::uint64_t o) {
    done = d;
    of = o;
  });
  CHECK(done == 11);
  CHECK(of == 11);
}

TEST_CASE("views that lag behind the log catch up", "[projections]") {
  World world;
  Story story(world, 23);
  story.steps(60);
  MemoryByteStore lagging;
  rebuild_one(world, lagging, std::nullopt);
  const auto behind = world.log.head(kMain).position;
  story.steps(60);
  const auto missed = world.log.head(kMain).position.value - behind.value;
  REQUIRE(missed > 0);
  for (const auto& erasure : erasures(world.store.latest(), kMain)) lagging.erase_slot(kMain, erasure.slot);
  CHECK(catch_up(world.log, lagging, world.sealer, world.digester, nullptr) >= missed);
  CHECK(lagging.all() == world.store.all());
  CHECK(catch_up(world.log, lagging, world.sealer, world.digester, nullptr) == 0);
  CHECK(applied_position(kMain, lagging.latest()) == world.log.head(kMain).position);
}

TEST_CASE("a commit that cannot be read stops the rebuild and is named", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "One"), created_person(2, "Two")});
  const auto bad = world.log.head(kMain).position.value - 1;
  auto& record = world.log.records[kMain].back();
  SECTION("a flipped byte") {
    record.bytes[record.bytes.size() / 2] ^= 1;
  }
  SECTION("bytes that are whole but no commit") {
    record.bytes.resize(record.bytes.size() - 3);
    record.hash = sha256(record.bytes);
  }
  SECTION("an unknown event") {
    const auto at = record.bytes.find("PersonCreated");
    REQUIRE(at != std::string::npos);
    record.bytes.replace(at, 13, "PersonInvente");
    record.hash = sha256(record.bytes);
  }
  const auto damage = damage_of(world);
  REQUIRE(damage);
  CHECK(damage->platform == kMain);
  CHECK(damage->position == Position{bad});
}

TEST_CASE("views hold what stands before a commit that cannot be decoded", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "One")});
  const auto before = world.log.head(kMain).position;
  world.commit({created_person(2, "Two")});
  auto& record = world.log.records[kMain].back();
  record.bytes.replace(record.bytes.find("PersonCreated"), 13, "PersonInvente");
  record.hash = sha256(record.bytes);
  MemoryByteStore fresh;
  CHECK_THROWS_AS(catch_up(world.log, fresh, world.sealer, world.digester, nullptr), UndecodableCommit);
  CHECK(applied_position(kMain, fresh.latest()) == before);
  CHECK(read_person_row(fresh.latest(), kMain, person_id(1)));
}

TEST_CASE("whichever commits are in quarantine, the others are applied, and the tables say so too", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  story.steps(250);
  const auto& commits = world.log.records[kMain];
  const auto put = GENERATE(1, 3, 7, 20);
  INFO("one of " << put);
  std::size_t number = 0;
  for (auto& [platform, records] : world.log.records) {
    for (auto& record : records) record.quarantined = ++number % static_cast<std::size_t>(put) == 0;
  }
  MemoryByteStore fresh;
  rebuild_one(world, fresh, std::nullopt);
  CHECK(applied_position(kMain, fresh.latest()) == commits.back().frame.last());
  MemoryByteStore scratch;
  CHECK(check(world.log, fresh, scratch, world.sealer, world.digester, nullptr).differences.empty());
}

TEST_CASE("views remember which commits they passed over", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "One")});
  world.commit({created_person(2, "Two")});
  auto& record = world.log.records[kMain].back();
  const QuarantinedCommit named{kMain, record.frame.first, record.frame.last(), to_hex(as_view(record.hash)), {}};
  Quarantine quarantine;
  MemoryByteStore applied;
  rebuild_one(world, applied, std::nullopt);
  CHECK_FALSE(passes_over_others(world.log, applied.latest(), quarantine));
  quarantine.add(named);
  CHECK(passes_over_others(world.log, applied.latest(), quarantine));
  record.quarantined = true;
  MemoryByteStore passed;
  rebuild_one(world, passed, std::nullopt);
  CHECK_FALSE(passes_over_others(world.log, passed.latest(), quarantine));
  CHECK(passes_over_others(world.log, passed.latest(), {}));
  MemoryByteStore behind;  // stops before it still
  CHECK_FALSE(passes_over_others(world.log, behind.latest(), quarantine));
}

TEST_CASE("check finds nothing in good views", "[projections]") {
  World world;
  Story story(world, fresh_seed());
  story.steps(80);
  MemoryByteStore scratch;
  const auto checked = check(world.log, world.store, scratch, world.sealer, world.digester, nullptr);
  CHECK(checked.differences.empty());
  const std::size_t shape_mark = 1;  // of no projection
  CHECK(checked.records == world.store.all().size() - shape_mark);
}

TEST_CASE("check names what differs, is missing or is too much", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "One")});
  world.commit({created_person(2, "Two")});
  const auto key = [](char ordinal) { return std::string("\0\0\0", 3) + ordinal; };
  const auto changes = world.store.overlay();
  const auto one = *world.store.latest().get(kMain, view::persons, key(0));
  std::string what;
  std::string record = person_id(1).to_string();
  SECTION("the plain part") {
    changes->put_sealed(kMain, view::persons, key(0), one.plain + "x", *one.slot, *one.data);
    what = "the plain part differs";
  }
  SECTION("the sealed part") {
    changes->put_sealed(kMain, view::persons, key(0), one.plain, *one.slot, *one.data + "x");
    what = "the sealed part differs";
  }
  SECTION("the slot") {
    changes->put_sealed(kMain, view::persons, key(0), one.plain, SlotId{77}, *one.data);
    what = "it is sealed under another key";
  }
  SECTION("a record too few") {
    changes->erase(kMain, view::persons, key(0));
    what = "it is missing";
  }
  SECTION("a record too many") {
    const auto two = *world.store.latest().get(kMain, view::persons, key(1));
    changes->put_sealed(kMain, view::persons, key(9), two.plain, *two.slot, *two.data);
    record = person_id(2).to_string();
    what = "it is not in the log";
  }
  world.store.write(*changes);
  MemoryByteStore scratch;
  const auto differences = check(world.log, world.store, scratch, world.sealer, world.digester, nullptr).differences;
  REQUIRE(differences.size() == 1);
  CHECK(differences.front() == ViewDifference{"PersonDirectory", kMain, record, what});
}

TEST_CASE("every stream's version is known from the views", "[projections]") {
  World world;
  Story story(world, fresh_seed());
  story.steps(150);
  std::map<std::pair<PlatformId, std::string>, StreamVersion> last;
  std::map<std::pair<PlatformId, std::string>, const Event*> one;
  for (const auto& commit : world.commits) {
    for (const auto& recorded : commit->events) {
      last[{commit->header.frame.platform, recorded.stream}] = recorded.version;
      one[{commit->header.frame.platform, recorded.stream}] = &recorded.event;
    }
  }
  for (const auto& [stream, version] : last) {
    INFO(stream.second);
    REQUIRE(stream_version(world.store.latest(), stream.first, *one[stream]) == version);
  }
  CHECK(stream_version(world.store.latest(), kMain, created_person(999999, "New")) == StreamVersion{});
  CHECK(last_recorded_at(world.store.latest(), kMain) > first_moment());
}

}  // namespace annals::rebuild_test
