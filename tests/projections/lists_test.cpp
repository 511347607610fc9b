#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <iterator>
#include <set>
#include <sstream>
#include <thread>

#include "projections/case_folding.hpp"
#include "projections/person_directory.hpp"
#include "projections/story.hpp"

namespace annals::lists_test {
using namespace annals::test;

namespace {

std::string id_in(const std::string& json) {
  return json.substr(7, 36);
}

std::vector<std::string> ids_in(const Page& page) {
  std::vector<std::string> ids;
  for (const auto& record : records_of(page)) ids.push_back(id_in(record));
  return ids;
}

std::vector<std::string> ids_of(std::initializer_list<std::uint64_t> numbers) {
  std::vector<std::string> ids;
  for (const auto number : numbers) ids.push_back(person_id(number).to_string());
  return ids;
}

bool contains_folded(const std::string& text, const std::string& part) {
  return fold_case(text).find(fold_case(part)) != std::string::npos;
}

/// What the list should show, thought out without tables.
class NaiveList {
 public:
  NaiveList(const Story& story, const PersonFilter& filter) : story_(story), filter_(filter) {
    for (const auto& person : story.persons) {
      if (!person.deleted && passes(person)) found_.push_back(&person);
    }
    std::sort(found_.begin(), found_.end(), [&](const auto* left, const auto* right) { return before(*left, *right); });
  }
  std::size_t count() const { return found_.size(); }
  std::vector<std::string> page(std::uint64_t page, std::uint64_t size) const {
    std::vector<std::string> ids;
    for (auto at = (page - 1) * size; at < std::min<std::uint64_t>(page * size, found_.size()); ++at) {
      ids.push_back(person_id(found_[at]->number).to_string());
    }
    return ids;
  }

 private:
  bool passes(const ModelPerson& person) const {
    const auto& f = filter_;
    if (f.lifecycle_stage && person.stage != *f.lifecycle_stage) return false;
    if (f.owner && person.owner != f.owner) return false;
    if (f.owner_isnull && person.owner.has_value() == *f.owner_isnull) return false;
    if (f.active && person.active != *f.active) return false;
    if (f.created_at_gte && person.created_at < *f.created_at_gte) return false;
    if (f.created_at_lte && person.created_at > *f.created_at_lte) return false;
    if (f.organization && !belongs(person, *f.organization)) return false;
    if (f.metadata_has_key && std::count(person.keys.begin(), person.keys.end(), *f.metadata_has_key) == 0)
      return false;
    if (!f.tags.empty() && !story_.has_any(person.number, f.tags)) return false;
    const auto& d = person.details;
    std::istringstream terms(f.search);
    return std::all_of(std::istream_iterator<std::string>(terms), {}, [&](const std::string& term) {
      return contains_folded(d.name, term) || contains_folded(d.job_title, term) ||
             contains_folded(d.primary_email.value_or(""), term) || contains_folded(d.unique_id, term);
    });
  }
  bool belongs(const ModelPerson& person, const OrganizationId& id) const {
    return person.organization && organization_id(*person.organization) == id &&
           story_.organization_there(person.organization);
  }
  bool before(const ModelPerson& left, const ModelPerson& right) const {
    const auto by = [&](const auto& key) -> std::optional<bool> {
      if (key(left) == key(right)) return std::nullopt;
      return filter_.descending ? key(left) > key(right) : key(left) < key(right);
    };
    std::optional<bool> decided;
    switch (filter_.order) {
      case PersonOrder::created_at:
        decided = by([](const ModelPerson& person) { return person.created_at; });
        break;
      case PersonOrder::updated_at:
        decided = by([](const ModelPerson& person) { return person.updated_at; });
        break;
      case PersonOrder::name:
        decided = by([](const ModelPerson& person) { return person.details.name; });
        break;
      case PersonOrder::lifecycle_stage:
        decided = by([](const ModelPerson& person) { return name_of(person.stage); });
        break;
      case PersonOrder::primary_email:
        decided = by([](const ModelPerson& person) { return person.details.primary_email.value_or(""); });
        break;
      case PersonOrder::job_title:
        decided = by([](const ModelPerson& person) { return person.details.job_title; });
        break;
    }
    return decided.value_or(left.number > right.number);
  }
  const Story& story_;
  const PersonFilter& filter_;
  std::vector<const ModelPerson*> found_;
};

PersonFilter random_filter(Story& story) {
  PersonFilter filter;
  if (story.chance(0.3)) filter.lifecycle_stage = story.random_stage();
  if (story.chance(0.3)) filter.owner = UserId{11 + story.pick(4)};
  if (story.chance(0.2)) filter.owner_isnull = story.chance(0.5);
  if (story.chance(0.2)) filter.active = story.chance(0.7);
  if (story.chance(0.2)) filter.organization = organization_id(1 + story.pick(12));
  if (story.chance(0.2)) filter.metadata_has_key = Story::name_of_key(story.pick(4));
  if (story.chance(0.2)) filter.created_at_gte = story.persons[story.pick(story.persons.size())].created_at;
  if (story.chance(0.2)) filter.created_at_lte = story.persons[story.pick(story.persons.size())].created_at;
  for (int i = 0; i < 2; ++i) {
    if (story.chance(0.15)) filter.tags.push_back(TagId{1 + story.pick(6)});
  }
  static const std::vector<std::string> searches{"strasse", "ADA",       "i̇STAN", "οδυσσευς", "ZOË", "title 3",
                                                 "mail1",   "\\",        "9",     "e 4",      "ô",   "ada lovelace 1",
                                                 "9  ada",  "title mail"};
  if (story.chance(0.3)) filter.search = searches[story.pick(searches.size())];
  filter.order = static_cast<PersonOrder>(story.pick(6));
  filter.descending = story.chance(0.6);
  return filter;
}

}  // namespace

TEST_CASE("a list shows what a naive reader would show, for any filter, order and page", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  // All records in memory, some tens of them, none.
  const std::uint64_t record_bytes =
      GENERATE(std::uint64_t{LiveProjections::kRecordBytes}, std::uint64_t{10'000}, std::uint64_t{0});
  World world(record_bytes);
  Story story(world, seed);
  std::size_t shown = 0;
  for (int round = 0; round < 8; ++round) {
    story.steps(60);
    if (story.persons.empty()) continue;
    const auto reloaded = world.reloaded(record_bytes);
    for (int i = 0; i < 60; ++i) {
      const auto filter = random_filter(story);
      const NaiveList naive(story, filter);
      const PageRequest request{1 + story.pick(3), 1 + story.pick(25), std::nullopt};
      const auto& queries = i % 2 == 0 ? *world.live : *reloaded;
      const auto page = queries.persons(kMain, filter, request);
      const auto expected = naive.page(request.page, request.page_size);
      if (request.page > 1 && expected.empty()) {
        REQUIRE_FALSE(page);
        REQUIRE(page.error().code == ProblemCode::invalid_page);
        continue;
      }
      REQUIRE(page);
      REQUIRE(page->count == naive.count());
      REQUIRE(ids_in(*page) == expected);
      for (const auto& record : records_of(*page)) {
        const auto single = queries.person(kMain, *PersonId::parse(id_in(record)));
        REQUIRE(single->json == record);
        const auto stored = show_person(world.store.latest(), kMain, *PersonId::parse(id_in(record)));
        REQUIRE(stored->json == record);
        REQUIRE(stored->etag == single->etag);
      }
      shown += expected.size();
    }
  }
  CHECK(shown > 0);
}

TEST_CASE("lists are newest first, and page 1 of nothing is empty", "[projections]") {
  World world;
  const auto nothing = world.live->persons(kMain, {}, {});
  REQUIRE(nothing);
  CHECK(nothing->count == 0);
  CHECK(nothing->results == "[]");
  CHECK(world.live->persons(kMain, {}, {2, 50, std::nullopt}).error().code == ProblemCode::invalid_page);
  for (std::uint64_t number : {5, 3, 9}) world.commit({created_person(number, "P")});
  CHECK(ids_in(*world.live->persons(kMain, {}, {})) == ids_of({9, 3, 5}));
  CHECK(ids_in(*world.live->persons(kMain, {}, {2, 2, std::nullopt})) == ids_of({5}));
  CHECK(world.live->persons(kMain, {}, {3, 2, std::nullopt}).error().code == ProblemCode::invalid_page);
  CHECK(world.live->persons(kMain, {}, {0, 2, std::nullopt}).error().code == ProblemCode::invalid_page);
  const auto huge = std::numeric_limits<std::uint64_t>::max();
  CHECK(world.live->persons(kMain, {}, {huge, huge, std::nullopt}).error().code == ProblemCode::invalid_page);
  CHECK(world.live->persons(kOther, {}, {})->count == 0);
}

TEST_CASE("persons of a deleted organization belong to none in lists too", "[projections]") {
  World world;
  world.commit({created_organization(1, "One"), created_organization(2, "Two")});
  auto first = created_person(1, "First");
  first.organization = organization_id(1);
  auto second = created_person(2, "Second");
  second.organization = organization_id(2);
  world.commit({first, second});
  PersonFilter of_one;
  of_one.organization = organization_id(1);
  CHECK(ids_in(*world.live->persons(kMain, of_one, {})) == ids_of({1}));
  world.commit({OrganizationDeleted{organization_id(1)}});
  CHECK(world.live->persons(kMain, of_one, {})->count == 0);
  const auto all = records_of(*world.live->persons(kMain, {}, {}));
  CHECK(all[1].find(R"("organization":null)") != std::string::npos);
  CHECK(all[0].find(organization_id(2).to_string()) != std::string::npos);
  PersonFilter of_unknown;
  of_unknown.organization = organization_id(77);
  CHECK(world.live->persons(kMain, of_unknown, {})->count == 0);
}

TEST_CASE("organizations are filtered by owner and any part of their name, and ordered", "[projections]") {
  World world;
  auto straight = created_organization(1, "Straße AG");
  straight.owner = UserId{11};
  world.commit({straight, created_organization(2, "strasse kg"), created_organization(3, "Weg \"3\"")});
  OrganizationUpdated touch;
  touch.organization = organization_id(1);
  touch.owner = std::optional(UserId{12});
  world.commit({touch});
  const auto list = [&](const OrganizationFilter& filter) {
    std::vector<int> numbers;
    const auto page = world.live->organizations(kMain, filter, {});
    for (const auto& record : records_of(*page)) numbers.push_back(record[42] - '0');
    return numbers;
  };
  using Filter = OrganizationFilter;
  using Numbers = std::vector<int>;
  const auto list_with = [&](auto&& set) { return list(filtered<Filter>(set)); };
  CHECK(list({}) == Numbers{3, 2, 1});
  CHECK(list_with([](Filter& f) { f.owner = UserId{12}; }) == Numbers{1});
  CHECK(list_with([](Filter& f) { f.owner_isnull = true; }) == Numbers{3, 2});
  CHECK(list_with([](Filter& f) { f.name = "STRASSE"; }) == Numbers{2, 1});
  CHECK(list_with([](Filter& f) { f.name = "strasse", f.search = "AG"; }) == Numbers{1});
  CHECK(list_with([](Filter& f) { f.search = "\"3"; }) == Numbers{3});
  CHECK(list_with([](Filter& f) { f.order = OrganizationOrder::name, f.descending = false; }) == Numbers{1, 3, 2});
  CHECK(list_with([](Filter& f) { f.order = OrganizationOrder::updated_at; }) == Numbers{1, 3, 2});
  CHECK(list_with([](Filter& f) { f.descending = false; }) == Numbers{1, 2, 3});
  CHECK(records_of(*world.live->organizations(kMain, {}, {}))[0] ==
        world.live->organization(kMain, organization_id(3))->json);
}

TEST_CASE("case is folded by Unicode's full rules", "[projections]") {
  CHECK(fold_case("Straße") == fold_case("STRASSE"));
  CHECK(fold_case("ΟΔΥΣΣΕΥΣ") == fold_case("οδυσσευς"));
  CHECK(fold_case("ς") == fold_case("Σ"));
  CHECK(fold_case("İ") == "i̇");
  CHECK(fold_case("I") == "i");
  CHECK(fold_case("ı") != fold_case("I"));
  CHECK(fold_case("ﬁ") == "fi");
  CHECK(fold_case("ΐ").size() == 6);
  CHECK(fold_case(std::string(5000, 'K') + "Å") == std::string(5000, 'k') + "å");
  CHECK(fold_case("").empty());
  CHECK(SearchedText("STRASSE").in_json(R"("Hauptstraße 3")"));
  CHECK(SearchedText("A/b").in_json(R"("\u0061\/B")"));
  CHECK_FALSE(SearchedText("null").in_json("null"));
}

TEST_CASE("a walk with before shows what was there at its first page, each once, while others write", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  for (std::uint64_t number = 1; number <= 40; ++number) world.commit({created_person(1000 + number, "Early")});
  PageRequest request{1, 7, std::nullopt};
  std::vector<std::string> walked;
  for (;; ++request.page) {
    const auto page = world.live->persons(kMain, {}, request);
    if (!page) break;
    if (request.page == 1) CHECK(page->before == Ordinal{40});
    CHECK(page->count == 40);
    request.before = page->before;
    for (const auto& id : ids_in(*page)) walked.push_back(id);
    for (std::uint64_t more = 0; more < 5; ++more) {
      world.commit({created_person(2000 + request.page * 10 + more, "Late")});
    }
  }
  CHECK(walked.size() == 40);
  CHECK(std::set<std::string>(walked.begin(), walked.end()).size() == 40);
  CHECK(walked.front() == person_id(1040).to_string());
  CHECK(walked.back() == person_id(1001).to_string());
}

TEST_CASE("the records of a page agree with the filter and the count while others write", "[projections]") {
  World world;
  constexpr std::uint64_t kPersons = 40;
  for (std::uint64_t number = 1; number <= kPersons; ++number) {
    auto person = created_person(number, "Person " + std::to_string(number));
    person.lifecycle_stage = number % 2 == 0 ? LifecycleStage::lead : LifecycleStage::customer;
    world.commit({person});
  }
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> pages = 0;
  const auto read = [&] {
    PersonFilter leads;
    leads.lifecycle_stage = LifecycleStage::lead;
    while (!stop) {
      const auto page = world.live->persons(kMain, leads, {1, 100, std::nullopt});
      ++pages;
      if (!page || page->count != kPersons / 2 || records_of(*page).size() != page->count) {
        ++wrong;
        continue;
      }
      for (const auto& record : records_of(*page)) {
        if (record.find(R"("lifecycle_stage":"lead")") == std::string::npos) ++wrong;
      }
    }
  };
  // The views are ahead of the tables for a while at every commit.
  world.before_publish = [] { std::this_thread::sleep_for(std::chrono::microseconds(200)); };
  std::thread one(read);
  std::thread other(read);
  for (std::uint64_t round = 0; round < 400; ++round) {
    const auto stage = [&](std::uint64_t number, LifecycleStage to) {
      PersonUpdated event;
      event.person = person_id(number);
      event.lifecycle_stage = to;
      return event;
    };
    const auto pair = 1 + 2 * (round % (kPersons / 2));
    const bool forth = (round / (kPersons / 2)) % 2 == 0;
    world.commit({stage(pair, forth ? LifecycleStage::lead : LifecycleStage::customer),
                  stage(pair + 1, forth ? LifecycleStage::customer : LifecycleStage::lead)});
  }
  stop = true;
  one.join();
  other.join();
  CHECK(wrong == 0);
  CHECK(pages > 0);
}

TEST_CASE("a list that takes a while is of one moment, whatever was written meanwhile", "[projections]") {
  World world;
  constexpr std::uint64_t kPersons = 3000;
  const auto name = [](std::uint64_t number, bool wanted) {
    return (wanted ? "Wanted " : "Other ") + std::to_string(number % 10) + " of many";
  };
  std::vector<Event> created;
  for (std::uint64_t number = 1; number <= kPersons; ++number) {
    created.push_back(created_person(number, name(number, number % 2 == 0)));
  }
  world.commit(std::move(created));
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> pages = 0;
  const auto read = [&](PersonOrder order, std::uint64_t page_number) {
    auto filter = searching("wanted");
    filter.order = order;
    while (!stop) {
      const auto page = world.live->persons(kMain, filter, {page_number, 25, std::nullopt});
      ++pages;
      const auto records = page ? records_of(*page) : std::vector<std::string>();
      if (!page || page->count != kPersons / 2 || records.size() != 25) {
        ++wrong;
        continue;
      }
      for (const auto& record : records) {
        if (record.find("Wanted") == std::string::npos) ++wrong;
      }
      const auto ids = ids_in(*page);
      if (std::set<std::string>(ids.begin(), ids.end()).size() != ids.size()) ++wrong;
    }
  };
  std::thread by_name(read, PersonOrder::name, 30);
  std::thread by_change(read, PersonOrder::updated_at, 1);
  // Every commit makes one person wanted and one not.
  for (std::uint64_t round = 0; round < 600; ++round) {
    const auto pair = 1 + 2 * (round * 7 % (kPersons / 2));
    const bool forth = round / (kPersons / 2) % 2 == 0;
    const auto renamed = [&](std::uint64_t number, bool wanted) {
      PersonDetailsChange change;
      change.name = name(number, wanted);
      return updated_person(number, change);
    };
    world.commit({renamed(pair, forth), renamed(pair + 1, !forth)});
  }
  stop = true;
  by_name.join();
  by_change.join();
  CHECK(wrong == 0);
  CHECK(pages > 0);
}

TEST_CASE("which lists take long is told from how many records they may look at", "[projections]") {
  World world;
  std::vector<Event> created;
  for (std::uint64_t number = 1; number <= 3000; ++number) {
    auto person = created_person(number, number == 77 ? "Only One" : "Many Others");
    person.lifecycle_stage = number % 1000 == 0 ? LifecycleStage::churned : LifecycleStage::lead;
    created.push_back(person);
  }
  world.commit(std::move(created));
  const auto held = world.reloaded();
  const auto takes_long = [&](const PersonFilter& filter) { return held->takes_long(kMain, filter); };
  CHECK_FALSE(takes_long({}));
  CHECK_FALSE(takes_long(filtered<PersonFilter>([](PersonFilter& f) { f.order = PersonOrder::lifecycle_stage; })));
  CHECK_FALSE(takes_long(searching("only")));
  CHECK(takes_long(searching("many")));
  CHECK_FALSE(takes_long(filtered<PersonFilter>([](PersonFilter& f) {
    f.search = "many";
    f.lifecycle_stage = LifecycleStage::churned;
  })));
  CHECK_FALSE(world.reloaded(0)->takes_long(kMain, searching("only")));
}

}  // namespace annals::lists_test
