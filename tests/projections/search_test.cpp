#include "projections/search.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "projections/case_folding.hpp"
#include "projections/indexes/words.hpp"
#include "projections/story.hpp"

namespace annals::search_test {
using namespace annals::test;

namespace {

using Names = std::vector<std::string>;

Names members_of(const std::string& array, std::string_view member) {
  Names found;
  for (const auto element : json_elements(array)) {
    for (const auto& [name, value] : json_members(element)) {
      if (name == member) found.push_back(json_string(value));
    }
  }
  return found;
}

FoundRecords search(const LiveProjections& live, const std::string& text, std::uint64_t limit = 10) {
  return *live.search(kMain, {text, limit, true, true, true}, first_moment());
}
Names persons(const World& world, const std::string& text, std::uint64_t limit = 10) {
  return members_of(*search(*world.live, text, limit).persons, "name");
}
Names organizations(const World& world, const std::string& text) {
  return members_of(*search(*world.live, text).organizations, "name");
}
Names deals(const World& world, const std::string& text) {
  return members_of(*search(*world.live, text).deals, "title");
}

DealCreated created_deal(std::uint64_t number, const std::string& title) {
  DealCreated deal;
  deal.id = DealId{number};
  deal.plain.person = person_id(1);
  deal.texts = {SlotId{700000 + number}, DealCreated::Texts{title, "", "", {"{}"}}};
  return deal;
}

PersonDetails known_by(const std::string& name, const std::string& email, const std::string& title = "",
                       const std::string& unique_id = "", const std::string& emails = "[]") {
  PersonDetails details;
  details.name = name;
  details.primary_email = email;
  details.job_title = title;
  details.unique_id = unique_id;
  details.emails.text = emails;
  return details;
}

/// How good a text is, looked at byte by byte: 0 is best; nullopt when it has not got the needle.
std::optional<int> naive_rank(const std::string& text, const std::string& needle) {
  std::optional<int> best;
  for (std::size_t at = 0; at + needle.size() <= text.size(); ++at) {
    if (text.compare(at, needle.size(), needle) != 0) continue;
    const int rank = at == 0 ? 0 : word_begins(text, at) ? 1 : 2;
    best = std::min(best.value_or(rank), rank);
  }
  return best;
}

}  // namespace

TEST_CASE("what a text begins with comes before what a word begins with, and that before the rest; ties newest first",
          "[projections]") {
  World world;
  open_main(world);
  for (const auto* name : {"Inga Ann", "Hanna", "Ann First", "Bob", "Mary-Ann", "Joanna", "ANN Second"}) {
    world.commit({created_person(world.commits.size(), std::string(name))});
  }
  CHECK(persons(world, "ann") == Names{"ANN Second", "Ann First", "Mary-Ann", "Inga Ann", "Joanna", "Hanna"});
  CHECK(persons(world, "ANN", 3) == Names{"ANN Second", "Ann First", "Mary-Ann"});
  CHECK(persons(world, "a") == Names{"ANN Second", "Ann First", "Mary-Ann", "Inga Ann", "Joanna", "Hanna"});
  CHECK(persons(world, "an") == persons(world, "ann"));
  CHECK(persons(world, "ann f") == Names{"Ann First"});
  CHECK(persons(world, "nn") == Names{"ANN Second", "Joanna", "Mary-Ann", "Ann First", "Hanna", "Inga Ann"});
  CHECK(persons(world, "-") == Names{"Mary-Ann"});
  CHECK(persons(world, "annx").empty());
}

TEST_CASE("persons are found by name, every email address and title; organizations by name, deals by title",
          "[projections]") {
  World world(GENERATE(std::uint64_t{LiveProjections::kRecordBytes}, std::uint64_t{0}));
  open_main(world);
  world.commit({created_organization(1, "Zebra Works")});
  world.commit({created_person(1, known_by("Ada", "ada@first.example", "Weaver", "zebra-77",
                                           R"([{"type":"work","value":"loom@Second.example"},"ada@first.example"])"))});
  world.commit({created_deal(1, "Zebra crossing")});
  CHECK(persons(world, "ada") == Names{"Ada"});
  CHECK(persons(world, "FIRST.EX") == Names{"Ada"});
  CHECK(persons(world, "second") == Names{"Ada"});
  CHECK(persons(world, "weav") == Names{"Ada"});
  CHECK(persons(world, "work").empty());
  CHECK(persons(world, "zebra").empty());
  CHECK(persons(world, "77").empty());
  CHECK(world.live->persons(kMain, searching("77"), {})->count == 1);
  CHECK(world.live->persons(kMain, searching("second"), {})->count == 0);
  CHECK(world.live->persons(kMain, searching("ond"), {})->count == 0);
  CHECK(organizations(world, "zebra") == Names{"Zebra Works"});
  CHECK(deals(world, "zebra") == Names{"Zebra crossing"});
  CHECK(deals(world, "crossing z").empty());
}

TEST_CASE("case is folded as Unicode has it, and words begin as Unicode has them", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, std::string("Straße Ödön")), created_person(2, std::string("«Éva» Ньютон"))});
  CHECK(persons(world, "STRASSE") == Names{"Straße Ödön"});
  CHECK(persons(world, "ödö") == Names{"Straße Ödön"});
  CHECK(persons(world, "ö") == Names{"Straße Ödön"});
  CHECK(persons(world, "éVA") == Names{"«Éva» Ньютон"});
  CHECK(persons(world, "НЬЮ") == Names{"«Éva» Ньютон"});
  const std::string text = "«éva» o’brien_x";
  const auto begins = [&](const char* what) { return word_begins(text, text.find(what)); };
  CHECK(begins("é"));
  CHECK_FALSE(begins("va"));
  CHECK(begins("brien"));
  CHECK(begins("x"));
  CHECK_FALSE(begins("_"));
}

TEST_CASE("what is deleted, erased or merged into another is not found, what is renamed only by its new name",
          "[projections]") {
  World world;
  open_main(world);
  std::vector<Event> created;
  for (const auto number : {1, 2, 3, 4, 5}) created.push_back(created_person(number, "Sam " + std::to_string(number)));
  world.commit(std::move(created));
  world.commit({created_deal(1, "Sample"), created_deal(2, "Samovar")});
  CHECK(persons(world, "sam").size() == 5);
  world.commit({PersonDeleted{person_id(2)}});
  PersonMerged merged;
  merged.person = person_id(3);
  merged.into = person_id(5);
  merged.was_active = true;
  world.commit({merged});
  PersonDetailsChange change;
  change.name = "Tom";
  world.commit({updated_person(4, change)});
  CHECK(persons(world, "sam") == Names{"Sam 5", "Sam 1"});
  CHECK(persons(world, "tom") == Names{"Tom"});
  PersonErased erased;
  erased.person = person_id(1);
  erased.slot = person_slot(1);
  erased.records = {{std::string(Deal::name), 1, SlotId{700001}}};
  world.commit({erased});
  world.erase(kMain, person_slot(1));
  world.erase(kMain, SlotId{700001});
  CHECK(persons(world, "sam") == Names{"Sam 5"});
  CHECK(deals(world, "sam") == Names{"Samovar"});
  DealUpdated renamed;
  renamed.id = DealId{2};
  renamed.texts = Sealed<DealUpdated::Texts>{SlotId{700002}, DealUpdated::Texts{}};
  renamed.texts->data->title = "Kettle";
  world.commit({renamed});
  CHECK(deals(world, "sam").empty());
  CHECK(deals(world, "kett") == Names{"Kettle"});
  world.commit({DealDeleted{DealId{2}}});
  CHECK(deals(world, "kett").empty());
}

TEST_CASE("a part that is not asked for is left out", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_organization(1, "Mill"), created_person(1, std::string("Miller"))});
  world.commit({created_deal(1, "Milling")});
  const auto found = *world.live->search(kMain, {"mill", 10, false, true, false}, first_moment());
  CHECK_FALSE(found.persons);
  CHECK(members_of(*found.organizations, "name") == Names{"Mill"});
  CHECK_FALSE(found.deals);
  const auto listed = world.live->organizations(kMain, {}, {});
  CHECK(found.organizations == listed->results);
}

TEST_CASE("a search finds what a look at every person would, whatever happened and however much is in memory",
          "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  const std::uint64_t record_bytes = GENERATE(std::uint64_t{LiveProjections::kRecordBytes}, std::uint64_t{0});
  World world(record_bytes);
  Story story(world, seed);
  const Names needles = {"strasse", "a",   "e", "er", "an", "son", "per", "exam",
                         "person",  "org", "@", " ",  "1",  "x",   "zz"};
  for (int round = 0; round < 6; ++round) {
    story.steps(60);
    const auto reloaded = world.reloaded(record_bytes);
    for (const auto& needle : needles) {
      INFO("needle " << needle);
      std::vector<std::tuple<int, std::int64_t, std::string>> expected;  // rank, newest first, id
      const auto everybody = records_of(*world.live->persons(kMain, {}, {1, 10'000, std::nullopt}));
      for (std::size_t at = 0; at < everybody.size(); ++at) {
        std::optional<int> rank;
        std::string id;
        bool merged = false;
        for (const auto& [name, value] : json_members(everybody[at])) {
          if (name == "id") id = json_string(value);
          if (name == "merged_into") merged = true;
          if (value.starts_with('"') && (name == "name" || name == "primary_email" || name == "job_title")) {
            const auto found = naive_rank(fold_case(json_string(value)), needle);
            if (found) rank = std::min(rank.value_or(*found), *found);
          }
        }
        if (rank && !merged) expected.emplace_back(*rank, static_cast<std::int64_t>(at), id);
      }
      std::ranges::sort(expected);
      Names ids;
      for (const auto& [rank, at, id] : expected) {
        if (ids.size() < 7) ids.push_back(id);
      }
      REQUIRE(members_of(*search(*world.live, needle, 7).persons, "id") == ids);
      REQUIRE(members_of(*search(*reloaded, needle, 7).persons, "id") == ids);
    }
  }
}

TEST_CASE("a search is right while what it looks for is changed on another thread", "[projections]") {
  World world(60'000);
  std::vector<Event> created;
  for (std::uint64_t number = 1; number <= 900; ++number) {
    created.push_back(created_person(number, number % 3 == 0 ? "Wanted" : "Other"));
  }
  world.commit(std::move(created));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (std::uint64_t round = 0; round < 200; ++round) {
      PersonDetailsChange change;
      change.job_title = "Title " + std::to_string(round);
      world.commit({updated_person(3 + round % 100 * 3, change), created_person(901 + round, std::string("More"))});
    }
    stop = true;
  });
  int wrong = 0;
  while (!stop) {
    for (const auto* needle : {"w", "wa", "ant", "wanted"}) {
      const auto found = members_of(*search(*world.live, needle, 100).persons, "name");
      if (found.size() != 100 || std::ranges::count(found, "Wanted") != 100) ++wrong;
    }
  }
  writer.join();
  CHECK(wrong == 0);
}

}  // namespace annals::search_test
