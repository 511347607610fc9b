#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>

#include "projections/history/past_views.hpp"
#include "projections/history/record_history.hpp"
#include "projections/kinds/kind_queries.hpp"
#include "support/fresh_seed.hpp"
#include "workload.hpp"

namespace annals::workload_past_test {
using namespace annals::test;

namespace {

constexpr PlatformId kPlatform = Workload::kPlatform;

const UserId kCaller = server_caller(kPlatform).user;

/// What a question is answered: the records, JSON each.
using Answers = std::map<std::string, std::vector<std::string>>;

std::vector<std::string> records_in(const Result<Page>& page) {
  REQUIRE(page.has_value());
  std::vector<std::string> records;
  for (const auto record : json_elements(page->results)) records.emplace_back(record);
  CHECK(page->count == records.size());
  return records;
}

constexpr PageRequest kAll{1, 100'000, std::nullopt};

void ask_persons(const RecordQueries& queries, Answers& answers) {
  const auto ask = [&](const std::string& question, auto&& set) {
    PersonFilter filter;
    set(filter);
    answers[question] = records_in(queries.persons(kPlatform, filter, kAll));
  };
  ask("persons", [](PersonFilter&) {});
  ask("customers", [](PersonFilter& filter) { filter.lifecycle_stage = LifecycleStage::customer; });
  ask("those of user 1", [](PersonFilter& filter) { filter.owner = UserId{1}; });
  ask("those of nobody", [](PersonFilter& filter) { filter.owner_isnull = true; });
  ask("the inactive", [](PersonFilter& filter) { filter.active = false; });
  ask("those with a key", [](PersonFilter& filter) { filter.metadata_has_key = "key1"; });
  ask("those found", [](PersonFilter& filter) { filter.search = "mail1"; });
  ask("persons by name", [](PersonFilter& filter) { filter.order = PersonOrder::name; });
  ask("persons by stage", [](PersonFilter& filter) { filter.order = PersonOrder::lifecycle_stage; });
}

void ask_organizations(const RecordQueries& queries, Answers& answers) {
  const auto ask = [&](const std::string& question, auto&& set) {
    OrganizationFilter filter;
    set(filter);
    answers[question] = records_in(queries.organizations(kPlatform, filter, kAll));
  };
  ask("organizations", [](OrganizationFilter&) {});
  ask("organizations named", [](OrganizationFilter& filter) { filter.name = "ada"; });
  ask("organizations of nobody", [](OrganizationFilter& filter) { filter.owner_isnull = true; });
  ask("organizations by name", [](OrganizationFilter& filter) { filter.order = OrganizationOrder::name; });
}

void ask_invitations(const RecordQueries& queries, Timestamp now, Answers& answers) {
  answers["invitations"] = records_in(queries.invitations(kPlatform, {}, kAll, now));
  InvitationFilter filter;
  filter.active = true;
  answers["active invitations"] = records_in(queries.invitations(kPlatform, filter, kAll, now));
}

/// Questions begin with the name of the kind.
void ask_kinds(const RecordQueries& queries, Timestamp now, Answers& answers) {
  auto reading = queries.reading(kPlatform);
  REQUIRE(reading.has_value());
  reading->now = now;
  const auto ask_deals = [&](const std::string& question, auto&& set) {
    DealFilter filter;
    set(filter);
    answers[question] = records_in(list_deals(*reading, filter, kAll));
  };
  ask_deals("deal", [](DealFilter&) {});
  ask_deals("deal won", [](DealFilter& filter) { filter.status = DealStatus::won; });
  ask_deals("deal tagged", [](DealFilter& filter) { filter.tags = {TagId{1}, TagId{2}}; });
  ask_deals("deal found", [](DealFilter& filter) { filter.search = "ada"; });
  ask_deals("deal by value", [](DealFilter& filter) { filter.order = DealOrder::lead_value; });
  ask_deals("deal by title", [](DealFilter& filter) { filter.order = DealOrder::title; });
  ActivityFilter by_reminder;
  by_reminder.order = ActivityOrder::reminder_at;
  answers["activity by reminder"] = records_in(list_activities(*reading, by_reminder, kAll));
  answers["tag"] = records_in(list_tags(*reading, {}, kAll));
  answers["favorite"] = records_in(list_favorites(*reading, kCaller, {}, kAll));
  answers["saved_view"] = records_in(list_saved_views(*reading, kCaller, {}, kAll));
  answers["pipeline"] = records_in(list_pipelines(*reading, {}, kAll));
  answers["lead_source"] = records_in(list_lead_sources(*reading, {}, kAll));
  DealFilter of_first;
  of_first.pipeline = PipelineId{1};
  const auto board = deal_board(*reading, of_first, 0);  // numbers alone
  answers["board"] = {board ? *board : "no pipeline 1"};
}

/// But for the order of changes, which says when they came.
Answers all_answers(const RecordQueries& queries, Timestamp now) {
  Answers answers;
  ask_kinds(queries, now, answers);
  ask_persons(queries, answers);
  ask_organizations(queries, answers);
  ask_invitations(queries, now, answers);
  return answers;
}

void ask_by_change(const RecordQueries& queries, Answers& answers) {
  PersonFilter persons;
  persons.order = PersonOrder::updated_at;
  answers["persons by change"] = records_in(queries.persons(kPlatform, persons, kAll));
  OrganizationFilter organizations;
  organizations.order = OrganizationOrder::updated_at;
  answers["organizations by change"] = records_in(queries.organizations(kPlatform, organizations, kAll));
}

template <class Kind>
std::string name_in(typename Kind::Id id) {
  return std::string(Kind::name) + ' ' + std::to_string(id.value);
}

/// The deals, activities and favorites that were ever about these persons, as `name_in` says them.
class AboutThem {
 public:
  explicit AboutThem(const std::set<std::string>& persons) : persons_(persons) {}
  std::set<std::string> records;

  template <class Kind>
  void operator()(const RecordCreated<Kind>& event) {
    if constexpr (requires { event.plain.person; }) note<Kind>(event.id, event.plain.person);
    if constexpr (requires { event.plain.deal; })
      of_deal_[event.plain.deal.value_or(DealId{})].insert(name_in<Kind>(event.id));
  }
  template <class Kind>
  void operator()(const RecordUpdated<Kind>& event) {
    if constexpr (requires { event.plain.person; }) {
      if (event.plain.person) note<Kind>(event.id, *event.plain.person);
    }
  }
  void operator()(const PersonMerged& event) { note(event.relations, event.person, event.into); }
  void operator()(const auto&) {}

  /// And what is about their deals, whose titles are erased with them.
  void take_what_is_about_deals() {
    for (const auto& [deal, about] : of_deal_) {
      if (records.contains(name_in<Deal>(deal))) records.insert(about.begin(), about.end());
    }
  }

 private:
  template <class Kind>
  void note(typename Kind::Id id, const std::optional<PersonId>& person) {
    if (person && persons_.contains(quote_json(person->to_string()))) records.insert(name_in<Kind>(id));
  }
  void note(const std::vector<MovedRecords>& relations, PersonId from, PersonId into) {
    for (const auto& relation : relations) {
      for (const auto id : relation.moved) {
        for (const auto person : {from, into}) {
          if (relation.relation == Deal::relation) note<Deal>(DealId{id}, person);
          if (relation.relation == Activity::relation) note<Activity>(ActivityId{id}, person);
          if (relation.relation == Favorite::relation) note<Favorite>(FavoriteId{id}, person);
        }
      }
    }
  }

  const std::set<std::string>& persons_;
  std::map<DealId, std::set<std::string>> of_deal_;
};

/// `{"id":…` of every record that is about somebody erased by now; with its kind in front where it has one.
std::set<std::string> erased_ids(Backend& backend) {
  std::set<std::string> ids;
  std::map<PersonId, std::vector<InvitationId>> invitations;
  for (const auto& commit : backend.commits(kPlatform)) {
    for (const auto& recorded : commit.events) {
      if (const auto* issued = std::get_if<InvitationIssued>(&recorded.event); issued && issued->person) {
        invitations[*issued->person].push_back(issued->invitation);
      }
      const auto* erased = std::get_if<PersonErased>(&recorded.event);
      if (erased == nullptr) continue;
      ids.insert(quote_json(erased->person.to_string()));
      for (const auto id : invitations[erased->person]) ids.insert(std::to_string(id.value));
    }
  }
  AboutThem about(ids);
  for (const auto& commit : backend.commits(kPlatform)) {
    for (const auto& recorded : commit.events) std::visit(about, recorded.event);
  }
  about.take_what_is_about_deals();
  ids.insert(about.records.begin(), about.records.end());
  return ids;
}

Answers without(const std::set<std::string>& ids, Answers answers) {
  for (auto& [question, records] : answers) {
    const auto kind = question.substr(0, question.find(' '));
    std::erase_if(records, [&](const std::string& record) {
      if (!record.starts_with('{')) return false;
      const std::string id(json_members(record)[0].second);
      return ids.contains(id) || ids.contains(kind + ' ' + id);
    });
  }
  return answers;
}

/// JSON and ETag of every person and organization that was ever there; empty: not at that moment.
using Singles = std::map<std::string, std::string>;

std::string shown(const std::optional<ShownRecord>& record) {
  return record ? record->json + record->etag : std::string();
}

struct EverThere {
  std::set<PersonId> persons;
  std::set<OrganizationId> organizations;

  void look(const Commit& commit) {
    for (const auto& recorded : commit.events) {
      if (const auto* person = std::get_if<PersonCreated>(&recorded.event)) persons.insert(person->person);
      if (const auto* made = std::get_if<OrganizationCreated>(&recorded.event))
        organizations.insert(made->organization);
    }
  }
  template <class Person, class Organization>
  Singles each(Person&& person, Organization&& organization) const {
    Singles singles;
    for (const auto& id : persons) singles[quote_json(id.to_string())] = shown(person(id));
    for (const auto& id : organizations) singles[quote_json(id.to_string())] = shown(organization(id));
    return singles;
  }
};

struct Reading {
  Position position;
  Timestamp now;
  Answers answers;
  Singles singles;  ///< of those that were there, then or before
};

/// What is read when the log ends there.
Reading read_now(Backend& backend, const EverThere& ever) {
  const auto& live = *backend.live;
  Reading moment{backend.store.log().head(kPlatform).position, backend.clock, all_answers(live, backend.clock), {}};
  ask_by_change(live, moment.answers);
  moment.singles = ever.each([&](PersonId id) { return live.person(kPlatform, id); },
                             [&](OrganizationId id) { return live.organization(kPlatform, id); });
  return moment;
}

Answers answers_as_of(Backend& backend, const Reading& moment) {
  MemoryByteStore scratch;
  auto& store = backend.store;
  REQUIRE(fill_past_views(store.log(), kPlatform, moment.position, scratch, store.sealer(), store.digester(),
                          nullptr) == moment.position);
  const auto past = LiveProjections::make(scratch, store.digester());
  past->load(std::vector{kSystemPlatform, kPlatform}, nullptr);
  auto answers = all_answers(*past, moment.now);
  ask_by_change(*past, answers);
  return answers;
}

Singles singles_as_of(Backend& backend, const Reading& moment, const EverThere& ever) {
  auto& store = backend.store;
  const auto& views = store.views().latest();
  const HistoryContext context{store.log(), store.sealer(), store.digester(), views, kPlatform};
  return ever.each([&](PersonId id) { return person_as_of(context, id, moment.position); },
                   [&](OrganizationId id) { return organization_as_of(context, id, moment.position); });
}

/// Ids by the order in which they come up, and no times: what two servers say that made up other ids.
Answers alike(const Answers& answers) {
  static const std::regex kId("[0-9a-f]{8}-[0-9a-f-]{27}");
  static const std::regex kTime(R"("2[0-9-]{9}T[0-9:.]+Z")");
  std::map<std::string, std::string> names;
  const auto name = [&](const std::string& text) {
    for (std::sregex_iterator at(text.begin(), text.end(), kId), end; at != end; ++at) {
      names.try_emplace(at->str(), "id " + std::to_string(names.size()));
    }
  };
  for (const auto& record : answers.at("organizations")) name(record);
  for (const auto& record : answers.at("persons")) name(record);
  Answers renamed;
  for (const auto& [question, records] : answers) {
    for (auto record : records) {
      for (const auto& [id, instead] : names) {
        for (auto at = record.find(id); at != std::string::npos; at = record.find(id)) {
          record.replace(at, id.size(), instead);
        }
      }
      renamed[question].push_back(std::regex_replace(record, kTime, "\"a time\""));
    }
  }
  return renamed;
}

}  // namespace

TEST_CASE(
    "what is read as of every commit of a random workload is what was read when the log ended there, but for "
    "who was erased since",
    "[app][past]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  Backend backend;
  Workload workload(seed);
  EverThere ever;
  std::vector<Reading> moments;
  for (std::size_t commits = backend.commits(kPlatform).size(); moments.size() < 150;) {
    workload.pass_time(backend);
    static_cast<void>(workload.ask(backend, workload.next()));
    const auto all = backend.commits(kPlatform);
    if (all.size() == commits) continue;
    REQUIRE(all.size() == commits + 1);
    commits = all.size();
    ever.look(all.back());
    moments.push_back(read_now(backend, ever));
  }
  const auto erased = erased_ids(backend);
  std::size_t there = 0;
  for (auto& moment : moments) {
    INFO("as of " << moment.position.value);
    REQUIRE(without(erased, answers_as_of(backend, moment)) == without(erased, moment.answers));
    for (const auto& [id, past] : singles_as_of(backend, moment, ever)) {
      INFO(id);
      REQUIRE(past == (erased.contains(id) ? std::string() : moment.singles[id]));
      there += past.empty() ? 0 : 1;
    }
  }
  CHECK(there > 500);
}

TEST_CASE("a merge that was taken back leaves what there would be without it, but for times", "[app][past]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  struct Side {
    Workload workload;
    Backend backend{};
    Answers answers() { return alike(all_answers(*backend.live, backend.clock)); }
  };
  Side merging{Workload(seed)};
  Side never{Workload(seed)};
  const auto on_both = [&](auto&& step) {
    step(merging);
    step(never);
  };
  std::mt19937 random(seed);
  const auto pick = [&](std::size_t below) { return random() % below; };
  std::size_t taken_back = 0;
  for (int round = 0; round < 12; ++round) {
    INFO("round " << round);
    on_both([](Side& side) {
      for (int step = 0; step < 20; ++step) {
        side.workload.pass_time(side.backend);
        static_cast<void>(side.workload.ask(side.backend, side.workload.next()));
      }
    });
    REQUIRE(merging.answers() == never.answers());
    const auto& persons = merging.workload.persons;
    if (persons.size() < 3) continue;
    const auto id = [&] { return quote_json(persons[pick(persons.size())].to_string()); };
    std::string merged_ids = "[]";
    for (int attempt = 0; attempt < 50 && merged_ids == "[]"; ++attempt) {  // what is refused leaves nothing
      const auto merged = merging.backend.ask(
          kPlatform,
          MergePersons::from(body({{"primary_id", id()}, {"duplicate_ids", "[" + id() + "," + id() + "]"}})));
      if (merged) merged_ids = member(*merged, "merged_ids");
    }
    on_both([&](Side& side) {
      for (int step = 0; step < 8; ++step) {
        side.workload.pass_time(side.backend);
        static_cast<void>(side.workload.ask(side.backend, side.workload.next_about_records()));
      }
    });
    for (const auto duplicate : json_elements(merged_ids)) {
      INFO("merged: " << duplicate);
      const auto person = *PersonId::parse(json_string(duplicate));
      REQUIRE(merging.backend.ask(kPlatform, UnmergePerson::from(person, {})).has_value());
      ++taken_back;
    }
    REQUIRE(merging.answers() == never.answers());
  }
  CHECK(taken_back > 0);
}

}  // namespace annals::workload_past_test
