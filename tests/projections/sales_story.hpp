#pragma once

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "projections/kinds/activities.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/tag_assignments.hpp"
#include "projections/world.hpp"

namespace annals::test {

inline constexpr std::uint64_t kPipelines = 2;
inline constexpr std::uint64_t kStagesEach = 4;  ///< open, open, won, lost
inline constexpr std::uint64_t kSources = 3;
inline constexpr std::uint64_t kSalesTags = 3;
inline constexpr std::uint64_t kCustomers = 9;
inline constexpr std::uint64_t kCompanies = 4;
inline constexpr std::uint64_t kSellers = 3;

inline SlotId deal_slot(std::uint64_t number) {
  return SlotId{700000 + number};
}
inline SlotId activity_slot(std::uint64_t number) {
  return SlotId{800000 + number};
}

/// Random events about deals and activities and whatever they refer to, as commands would write them.
class SalesStory {
 public:
  SalesStory(World& world, std::uint32_t seed) : world_(world), random_(seed) {}

  void begin() {
    for (std::uint64_t number = 1; number <= kPipelines; ++number) open_pipeline(number);
    for (std::uint64_t number = 1; number <= kSources; ++number) {
      const auto code = "source" + std::to_string(number);
      world_.commit({LeadSourceCreated{
          LeadSourceId{number}, {}, {}, {kPlatformSlot, LeadSourceCreated::Texts{code, code, {"{}"}}}}});
    }
    for (std::uint64_t number = 1; number <= kSalesTags; ++number) {
      world_.commit({created_tag(number, "Tag " + std::to_string(number))});
    }
    for (std::uint64_t number = 1; number <= kCustomers; ++number) {
      world_.commit({created_person(number, "Customer " + std::to_string(number))});
    }
    for (std::uint64_t number = 1; number <= kCompanies; ++number) {
      world_.commit({created_organization(number, "Company " + std::to_string(number))});
    }
  }

  void steps(int count) {
    for (int step = 0; step < count; ++step) this->step();
  }

  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  std::uint64_t deals_made() const { return deals_.size(); }
  std::uint64_t activities_made() const { return activities_; }

 private:
  struct Sale {
    std::uint64_t pipeline = 1;
    std::uint64_t stage = 1;
    bool there = true;
    bool erased = false;
  };

  bool chance(double probability) { return static_cast<double>(random_() % 1000) < probability * 1000; }

  void open_pipeline(std::uint64_t pipeline) {
    const auto code = "pipeline" + std::to_string(pipeline);
    world_.commit({PipelineCreated{
        PipelineId{pipeline}, {pipeline == 1, 30}, {}, {kPlatformSlot, PipelineCreated::Texts{code, code, {"{}"}}}}});
    for (std::uint64_t place = 1; place <= kStagesEach; ++place) {
      const auto id = (pipeline - 1) * kStagesEach + place;
      const auto stage = "stage" + std::to_string(id);
      world_.commit({StageCreated{StageId{id},
                                  {PipelineId{pipeline}, 25 * place - 20, place, place == 3, place == 4},
                                  {},
                                  {kPlatformSlot, StageCreated::Texts{stage, stage, {"{}"}}}}});
    }
  }

  void step() {
    switch (pick(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return create_deal();
      case 4:
      case 5:
        return move_deal();
      case 6:
        return update_deal();
      case 7:
        return delete_deal();
      case 8:
      case 9:
        return create_activity();
      case 10:
        return update_activity();
      case 11:
        return chance(0.3) ? delete_activity() : tag_deal();
      case 12:
        return merge();
      case 13:
        return unmerge();
      case 14:
        return chance(0.2) ? end_something() : tag_deal();
      default:
        return chance(0.15) ? erase() : update_deal();
    }
  }

  Amount value() { return Amount{static_cast<std::int64_t>(pick(20)) * 1111 - 2000}; }
  Currency currency() { return chance(0.3) ? *currency_of("EUR") : Currency{}; }
  std::string title() {
    static constexpr std::string_view kWords[] = {"Loom", "straße", "Anvil", "Straßenbahn", "anvil 2", "Zoo", ""};
    return std::string(kWords[pick(std::size(kWords))]) + (chance(0.5) ? " " + std::to_string(pick(30)) : "");
  }
  std::string description() { return chance(0.6) ? "" : chance(0.5) ? "a LOOM for Ada" : "nothing " + title(); }
  std::optional<UserId> owner() { return chance(0.2) ? std::nullopt : std::optional(UserId{1 + pick(kSellers)}); }
  std::optional<Day> close_date() {
    if (chance(0.3)) return std::nullopt;
    return Day{parse_day("2026-06-01")->date + std::chrono::days(pick(40))};
  }
  std::vector<Digest128> metadata_keys() {
    std::vector<Digest128> keys;
    for (const std::string_view key : {"tier", "region"}) {
      if (chance(0.4)) keys.push_back(world_.digester.short_digest(kMain, DigestPurpose::metadata_key, key));
    }
    std::ranges::sort(keys);
    return keys;
  }
  std::optional<std::uint64_t> customer() {
    const auto number = 1 + pick(kCustomers);
    return gone_customers_.contains(number) || merged_.contains(number) ? std::nullopt : std::optional(number);
  }
  std::optional<OrganizationId> company() {
    const auto number = 1 + pick(kCompanies);
    return chance(0.4) || gone_companies_.contains(number) ? std::nullopt : std::optional(organization_id(number));
  }
  std::optional<std::uint64_t> deal() {
    if (deals_.empty()) return std::nullopt;
    const auto number = 1 + pick(deals_.size());
    return deals_[number - 1].there ? std::optional(number) : std::nullopt;
  }

  void enter(DealCreated::Plain& plain, std::uint64_t stage) {
    const auto place = (stage - 1) % kStagesEach + 1;
    plain.stage = StageId{stage};
    plain.stage_since = world_.now;
    plain.status = place == 3 ? DealStatus::won : place == 4 ? DealStatus::lost : DealStatus::open;
    if (place >= 3) plain.closed_at = world_.now - std::chrono::days(pick(90));
  }
  void create_deal() {
    const auto person = customer();
    if (!person) return;
    DealCreated created;
    created.id = DealId{deals_.size() + 1};
    const auto pipeline = chance(0.7) ? std::uint64_t{1} : std::uint64_t{2};
    const auto stage = (pipeline - 1) * kStagesEach + 1 + pick(kStagesEach);
    auto& plain = created.plain;
    plain.person = person_id(*person);
    plain.organization = company();
    plain.pipeline = PipelineId{pipeline};
    enter(plain, stage);
    plain.lead_value = value();
    plain.currency = currency();
    plain.expected_close_date = close_date();
    if (chance(0.6)) plain.source = LeadSourceId{1 + pick(kSources)};
    plain.owner = owner();
    created.metadata_keys = metadata_keys();
    created.texts = {deal_slot(created.id.value), DealCreated::Texts{title(), description(), "", {"{}"}}};
    deals_.push_back({pipeline, stage});
    world_.commit({created});
  }
  void move_deal() {
    const auto number = deal();
    if (!number) return;
    auto& sale = deals_[*number - 1];
    const auto stage = (sale.pipeline - 1) * kStagesEach + 1 + pick(kStagesEach);
    if (stage == sale.stage) return;
    DealCreated::Plain plain;
    enter(plain, stage);
    world_.commit({DealStageChanged{DealId{*number}, StageId{sale.stage}, StageId{stage}, plain.status, plain.closed_at,
                                    plain.stage_since}});
    sale.stage = stage;
  }
  void update_deal() {
    const auto number = deal();
    const auto person = customer();
    if (!number || !person) return;
    DealUpdated updated;
    updated.id = DealId{*number};
    auto& plain = updated.plain;
    if (chance(0.5)) plain.lead_value = value();
    if (chance(0.2)) plain.currency = currency();
    if (chance(0.3)) plain.owner = owner();
    if (chance(0.3)) plain.expected_close_date = close_date();
    if (chance(0.2)) plain.organization = company();
    if (chance(0.4)) plain.person = person_id(*person);
    if (chance(0.2)) plain.source = std::optional(LeadSourceId{1 + pick(kSources)});
    const bool erased = deals_[*number - 1].erased;  // then nothing is written without texts of a new slot
    if (chance(0.2) && !erased) updated.metadata_keys = metadata_keys();
    if (chance(0.5) && !erased) {
      updated.texts = Sealed<DealUpdated::Texts>{deal_slot(*number), DealUpdated::Texts{}};
      if (chance(0.6)) updated.texts->data->title = title();
      if (chance(0.6)) updated.texts->data->description = description();
    }
    world_.commit({updated});
  }
  void delete_deal() {
    const auto number = deal();
    if (!number || chance(0.4)) return;
    deals_[*number - 1].there = false;
    world_.commit({DealDeleted{DealId{*number}}});
  }

  void create_activity() {
    ActivityCreated created;
    created.id = ActivityId{activities_ + 1};
    auto& plain = created.plain;
    plain.kind = static_cast<ActivityType>(pick(7));
    if (const auto about = deal(); about && chance(0.5)) {
      plain.deal = DealId{*about};
      if (chance(0.8)) {
        plain.person = read_row<Deal>(world_.store.latest(), kMain, *plain.deal)->plain.person;
      }
    } else if (const auto person = customer()) {
      plain.person = person_id(*person);
    }
    plain.organization = company();
    if (plain.person && !person_exists(world_.store.latest(), kMain, *plain.person)) plain.person.reset();
    if (!has_parent(plain)) return;
    plain.owner = owner();
    schedule(plain);
    created.metadata_keys = metadata_keys();
    created.texts = {activity_slot(++activities_), ActivityCreated::Texts{title(), "", "", {"{}"}}};
    world_.commit({created});
  }
  void schedule(ActivityCreated::Plain& plain) {
    const auto about = [&] { return world_.now + std::chrono::minutes(pick(6000)) - std::chrono::hours(50); };
    if (chance(0.7)) plain.schedule_from = about();
    if (chance(0.4)) plain.schedule_to = about();
    if (chance(0.4)) plain.reminder_at = about();
    plain.is_done = chance(0.3);
    if (plain.is_done) plain.done_at = about();
  }
  void update_activity() {
    if (activities_ == 0) return;
    ActivityUpdated updated;
    updated.id = ActivityId{1 + pick(activities_)};
    const auto activity = read_record<Activity>(world_.store.latest(), kMain, updated.id);
    if (!activity) return;
    auto plain = activity->plain;
    schedule(plain);
    updated.plain.schedule_from = plain.schedule_from;
    if (chance(0.5)) updated.plain.schedule_to = plain.schedule_to;
    if (chance(0.5)) updated.plain.reminder_at = plain.reminder_at;
    if (chance(0.5)) {
      updated.plain.is_done = plain.is_done;
      updated.plain.done_at = plain.is_done ? plain.done_at : std::nullopt;
    }
    if (chance(0.3)) updated.plain.kind = static_cast<ActivityType>(pick(7));
    if (chance(0.3)) updated.plain.owner = owner();
    if (chance(0.2) && !activity->erased) updated.metadata_keys = metadata_keys();
    world_.commit({updated});
  }
  void delete_activity() {
    if (activities_ == 0) return;
    const ActivityId id{1 + pick(activities_)};
    const auto row = read_row<Activity>(world_.store.latest(), kMain, id);
    if (row && !row->deleted) world_.commit({ActivityDeleted{id}});
  }

  void tag_deal() {
    const auto number = deal();
    const auto tag = 1 + pick(kSalesTags);
    if (!number || gone_tags_.contains(tag)) return;
    const auto held = assignments_of(world_.store.latest(), kMain, DealId{*number});
    if (const auto has = std::ranges::find(held, TagId{tag}, &HeldTag::tag); has != held.end()) {
      world_.commit({TagDetached{has->assignment}});
      return;
    }
    world_.commit({TagAttached::to(DealId{*number}, AssignmentId{++assignments_}, TagId{tag})});
  }

  template <class Kind>
  std::vector<std::uint64_t> ids_of(PersonId person) {
    std::vector<std::uint64_t> ids;
    for (const auto id : referring<Kind>(world_.store.latest(), kMain, person)) ids.push_back(id.value);
    return ids;
  }
  void merge() {
    const auto primary = customer();
    const auto duplicate = customer();
    if (!primary || !duplicate || primary == duplicate || chance(0.5)) return;
    const auto from = person_id(*duplicate);
    Merge merge{*primary, ids_of<Deal>(from), ids_of<Activity>(from)};
    world_.commit(
        {PersonMerged{
             from, person_id(*primary), true, {{"deals", merge.deals, {}}, {"activities", merge.activities, {}}}},
         PersonAbsorbed{person_id(*primary), {from}, {}}});
    merged_[*duplicate] = std::move(merge);
  }
  /// What is left of what moved, and is the primary's still.
  template <class Kind>
  std::vector<std::uint64_t> returning(const std::vector<std::uint64_t>& moved, PersonId primary) {
    const auto now = ids_of<Kind>(primary);
    std::vector<std::uint64_t> back;
    std::ranges::copy_if(moved, std::back_inserter(back),
                         [&](std::uint64_t id) { return std::ranges::find(now, id) != now.end(); });
    return back;
  }
  void unmerge() {
    if (merged_.empty()) return;
    const auto [duplicate, merge] = *std::next(merged_.begin(), static_cast<long>(pick(merged_.size())));
    const auto primary = person_id(merge.primary);
    world_.commit({PersonUnmerged{person_id(duplicate),
                                  primary,
                                  true,
                                  {{"deals", returning<Deal>(merge.deals, primary), {}, {}},
                                   {"activities", returning<Activity>(merge.activities, primary), {}, {}}}},
                   PersonReleased{primary, person_id(duplicate), {}}});
    merged_.erase(duplicate);
  }
  bool absorbed_any(std::uint64_t primary) const {
    return std::ranges::any_of(merged_, [&](const auto& one) { return one.second.primary == primary; });
  }
  void erase() {
    const auto number = customer();
    if (!number || absorbed_any(*number)) return;
    PersonErased erased{person_id(*number), person_slot(*number), {}, {}, {}};
    for (const auto id : ever_referring<Deal>(world_.store.latest(), kMain, erased.person)) {
      erased.records.push_back({"deal", id.value, deal_slot(id.value)});
      deals_[id.value - 1].erased = true;
    }
    for (const auto id : ever_referring<Activity>(world_.store.latest(), kMain, erased.person)) {
      erased.records.push_back({"activity", id.value, activity_slot(id.value)});
    }
    world_.commit({erased});
    world_.erase(kMain, erased.slot);
    for (const auto& record : erased.records) world_.erase(kMain, record.slot);
    gone_customers_.insert(*number);
  }
  /// A company, a source, a tag, or a customer without deals.
  void end_something() {
    switch (pick(4)) {
      case 0: {
        const auto number = 1 + pick(kCompanies);
        if (!gone_companies_.insert(number).second) return;
        world_.commit({OrganizationDeleted{organization_id(number)}});
        return;
      }
      case 1: {
        const auto number = 1 + pick(kSources);
        if (!gone_sources_.insert(number).second) return;
        world_.commit({LeadSourceDeleted{LeadSourceId{number}}});
        return;
      }
      case 2: {
        const auto number = 1 + pick(kSalesTags);
        if (!gone_tags_.insert(number).second) return;
        world_.commit({TagDeleted{TagId{number}}});
        return;
      }
      default: {
        const auto number = customer();
        if (!number || absorbed_any(*number) || !ids_of<Deal>(person_id(*number)).empty()) return;
        gone_customers_.insert(*number);
        world_.commit({PersonDeleted{person_id(*number)}});
        return;
      }
    }
  }

  struct Merge {
    std::uint64_t primary;
    std::vector<std::uint64_t> deals;
    std::vector<std::uint64_t> activities;
  };

  World& world_;
  std::mt19937 random_;
  std::vector<Sale> deals_;
  std::uint64_t activities_ = 0;
  std::uint64_t assignments_ = 0;
  std::map<std::uint64_t, Merge> merged_;  ///< by the duplicate
  std::set<std::uint64_t> gone_customers_;
  std::set<std::uint64_t> gone_companies_;
  std::set<std::uint64_t> gone_sources_;
  std::set<std::uint64_t> gone_tags_;
};

}  // namespace annals::test
