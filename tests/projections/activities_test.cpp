#include "projections/kinds/activities.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "projections/kinds/kind_queries.hpp"
#include "projections/table_check.hpp"
#include "projections/tables.hpp"
#include "projections/world.hpp"

namespace annals::activities_test {
using namespace annals::test;

namespace {

constexpr std::uint64_t kPeople = 6;

struct ModelActivity {
  std::optional<DealId> deal;
  std::optional<PersonId> person;
  std::optional<OrganizationId> organization;
};

/// Random events about activities and what they are about, and what should be left of them.
class Days {
 public:
  Days(World& world, std::uint64_t seed) : world_(world), random_(seed) {}

  void step() {
    switch (pick(8)) {
      case 0:
      case 1:
      case 2:
        return create();
      case 3:
        return move_on();
      case 4:
        return remove_one();
      case 5:
        return delete_person();
      case 6:
        return delete_organization();
      default:
        return delete_deal();
    }
  }

  std::map<ActivityId, ModelActivity> activities;

 private:
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  /// Made when it is first needed, and again under a new number once it was deleted.
  PersonId person() {
    const auto slot = pick(kPeople);
    if (!persons_[slot]) {
      persons_[slot] = person_id(++made_);
      PersonCreated created;
      created.person = *persons_[slot];
      PersonDetails details;
      details.name = "Person " + std::to_string(made_);
      created.details = {SlotId{1000 + made_}, details};
      world_.commit({created});
    }
    return *persons_[slot];
  }
  OrganizationId organization() {
    const auto slot = pick(kPeople);
    if (!organizations_[slot]) {
      organizations_[slot] = organization_id(++made_);
      OrganizationCreated created;
      created.organization = *organizations_[slot];
      created.details = {SlotId{1000 + made_}, OrganizationDetails{"Organization " + std::to_string(made_), {}, {}}};
      world_.commit({created});
    }
    return *organizations_[slot];
  }
  DealId deal() {
    const auto slot = pick(kPeople);
    if (!deals_[slot]) {
      deals_[slot] = DealId{++deals_made_};
      DealCreated created;
      created.id = *deals_[slot];
      created.plain.person = person_id(999);
      created.texts = {SlotId{5000 + deals_made_}, DealCreated::Texts{"Deal", "", "", {"{}"}}};
      world_.commit({created});
    }
    return *deals_[slot];
  }
  ModelActivity parents() {
    ModelActivity model;
    const auto which = 1 + pick(7);
    if ((which & 1) != 0) model.deal = deal();
    if ((which & 2) != 0) model.person = person();
    if ((which & 4) != 0) model.organization = organization();
    return model;
  }
  void create() {
    const auto model = parents();
    ActivityCreated created;
    created.id = ActivityId{++activities_made_};
    created.plain.deal = model.deal;
    created.plain.person = model.person;
    created.plain.organization = model.organization;
    created.plain.owner = UserId{1 + pick(3)};
    if (pick(2) == 0) created.plain.reminder_at = world_.now + std::chrono::minutes(pick(100));
    created.texts = {SlotId{9000 + activities_made_}, ActivityCreated::Texts{"Call", "", "", {"{}"}}};
    world_.commit({created});
    activities[created.id] = model;
  }
  ActivityId any() { return std::next(activities.begin(), static_cast<long>(pick(activities.size())))->first; }
  void move_on() {
    if (activities.empty()) return;
    const auto id = any();
    const auto model = parents();
    ActivityUpdated updated;
    updated.id = id;
    updated.plain.deal = model.deal;
    updated.plain.person = model.person;
    updated.plain.organization = model.organization;
    if (pick(3) == 0) updated.plain.is_done = pick(2) == 0;
    world_.commit({updated});
    activities[id] = model;
  }
  void remove_one() {
    if (activities.empty()) return;
    const auto id = any();
    world_.commit({ActivityDeleted{id}});
    activities.erase(id);
  }
  void without_parents_go() {
    std::erase_if(activities, [](const auto& each) {
      return !each.second.deal && !each.second.person && !each.second.organization;
    });
  }
  void delete_person() {
    auto& gone = persons_[pick(kPeople)];
    if (!gone) return;
    world_.commit({PersonDeleted{*gone}});
    for (auto& [id, activity] : activities) {
      if (activity.person == gone) activity.person.reset();
    }
    gone.reset();
    without_parents_go();
  }
  void delete_organization() {
    auto& gone = organizations_[pick(kPeople)];
    if (!gone) return;
    world_.commit({OrganizationDeleted{*gone}});
    for (auto& [id, activity] : activities) {
      if (activity.organization == gone) activity.organization.reset();
    }
    gone.reset();
    without_parents_go();
  }
  void delete_deal() {
    auto& gone = deals_[pick(kPeople)];
    if (!gone) return;
    world_.commit({DealDeleted{*gone}});
    std::erase_if(activities, [&](const auto& each) { return each.second.deal == gone; });
    gone.reset();
  }

  World& world_;
  std::mt19937_64 random_;
  std::uint64_t made_ = 0;
  std::uint64_t deals_made_ = 0;
  std::uint64_t activities_made_ = 0;
  std::optional<PersonId> persons_[kPeople];
  std::optional<OrganizationId> organizations_[kPeople];
  std::optional<DealId> deals_[kPeople];
};

std::map<ActivityId, ModelActivity> stored(const World& world) {
  std::map<ActivityId, ModelActivity> all;
  for (const auto& activity : all_records<Activity>(world.store.latest(), kMain)) {
    all[activity.id] = {activity.plain.deal, activity.plain.person, activity.plain.organization};
  }
  return all;
}

bool same(const std::map<ActivityId, ModelActivity>& left, const std::map<ActivityId, ModelActivity>& right) {
  return std::ranges::equal(left, right, [](const auto& one, const auto& other) {
    return one.first == other.first && one.second.deal == other.second.deal &&
           one.second.person == other.second.person && one.second.organization == other.second.organization;
  });
}

Page page_of(const LiveProjections& live, const ActivityFilter& filter) {
  return *list_activities(*live.reading(kMain), filter, PageRequest{});
}

/// Of a person who is there, and of one who is deleted.
struct Erasing {
  Erasing() {
    PersonCreated person;
    person.person = person_id(1);
    PersonDetails ada;
    ada.name = "Ada";
    person.details = {SlotId{11}, ada};
    OrganizationCreated engines;
    engines.organization = organization_id(1);
    engines.details = {SlotId{12}, OrganizationDetails{"Engines", {}, {}}};
    world.commit({person, engines});
    ActivityCreated both;
    both.id = ActivityId{1};
    both.plain.person = person_id(1);
    both.plain.organization = organization_id(1);
    both.metadata_keys = {Digest128{7}};
    both.texts = {SlotId{13}, ActivityCreated::Texts{"Call Ada", "", "", {"{}"}}};
    world.commit({both});
  }
  World world;
};

}  // namespace

TEST_CASE("activities are what is left of them, in views and in memory, whatever was deleted", "[projections]") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  World world;
  Days days(world, seed);
  for (int round = 0; round < 10; ++round) {
    for (int step = 0; step < 40; ++step) days.step();
    REQUIRE(same(stored(world), days.activities));
    REQUIRE(compare_tables(world.log, world.store, world.sealer, world.digester).empty());
  }
  CHECK(page_of(*world.live, {}).count == days.activities.size());
  CHECK(page_of(*world.reloaded(), {}).results == page_of(*world.live, {}).results);
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("the lists of a parent are those of all activities that name it", "[projections]") {
  World world;
  Days days(world, 20260604);
  for (int step = 0; step < 300; ++step) days.step();
  REQUIRE_FALSE(days.activities.empty());
  for (const auto& [id, activity] : days.activities) {
    ActivityFilter filter;
    filter.deal = activity.deal;
    filter.person = activity.person;
    filter.organization = activity.organization;
    const auto expected = std::ranges::count_if(days.activities, [&](const auto& each) {
      const auto is = [](const auto& wanted, const auto& there) { return !wanted || wanted == there; };
      return is(activity.deal, each.second.deal) && is(activity.person, each.second.person) &&
             is(activity.organization, each.second.organization);
    });
    REQUIRE(page_of(*world.live, filter).count == static_cast<std::uint64_t>(expected));
  }
}

TEST_CASE("an activity that outlives an erased person has no texts, and its ETag says that it changed",
          "[projections]") {
  Erasing it;
  const auto before = show_record<Activity>(*it.world.live->reading(kMain), ActivityId{1});
  REQUIRE(before);
  PersonErased erased;
  erased.person = person_id(1);
  erased.slot = SlotId{11};
  erased.records = {{"activity", 1, SlotId{13}}};
  it.world.commit({erased});
  it.world.erase(kMain, SlotId{11});
  it.world.erase(kMain, SlotId{13});
  const auto after = show_record<Activity>(*it.world.live->reading(kMain), ActivityId{1});
  REQUIRE(after);
  CHECK(after->version == before->version);
  CHECK(after->etag != before->etag);
  CHECK(after->json.find("Ada") == std::string::npos);
  CHECK(after->json.find(R"("person":null)") != std::string::npos);
  CHECK(it.world.rebuilt() == it.world.store.all());
  CHECK(compare_tables(it.world.log, it.world.store, it.world.sealer, it.world.digester).empty());
}

TEST_CASE("what was about a deleted person is found when that is erased", "[projections]") {
  Erasing it;
  it.world.commit({PersonDeleted{person_id(1)}});
  CHECK(referring<Activity>(it.world.store.latest(), kMain, person_id(1)).empty());
  CHECK(ever_referring<Activity>(it.world.store.latest(), kMain, person_id(1)) == std::vector{ActivityId{1}});
  it.world.commit({OrganizationDeleted{organization_id(1)}});
  CHECK(stored(it.world).empty());
  CHECK(ever_referring<Activity>(it.world.store.latest(), kMain, person_id(1)) == std::vector{ActivityId{1}});
}

}  // namespace annals::activities_test
