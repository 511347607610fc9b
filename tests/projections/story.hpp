#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "projections/world.hpp"
#include "support/fresh_seed.hpp"

namespace annals::test {

/// What a naive reader would remember of a person.
struct ModelPerson {
  std::uint64_t number = 0;
  PersonDetails details;
  LifecycleStage stage = LifecycleStage::lead;
  std::optional<UserId> owner;
  std::optional<std::uint64_t> organization;
  bool active = true;
  bool deleted = false;  ///< or erased
  std::optional<std::uint64_t> merged_into;
  bool active_before_merge = true;
  bool linked = false;
  std::vector<InvitationId> invitations;
  std::vector<std::string> keys;
  Timestamp created_at;
  Timestamp updated_at;
};

/// Random events on a platform, and beside them a model of what persons should be. The seed says all.
class Story {
 public:
  Story(World& world, std::uint32_t seed) : world_(world), random_(seed) { open_main(world_); }

  /// One random commit.
  void step() {
    switch (pick(18)) {
      case 0:
      case 1:
      case 2:
        return create_person();
      case 3:
      case 4:
        return update_person();
      case 5:
        return end_person();
      case 6:
        return create_organization();
      case 7:
        return change_organization();
      case 8:
        return link_person();
      case 9:
        return merge();
      case 10:
        return invite();
      case 11:
        return unmerge();
      case 12:
        return chance(0.5) ? erase() : invite();
      case 13:
        return change_tags();
      case 14:
      case 15:
        return attach();
      case 16:
        return detach();
      default:
        return administer();
    }
  }
  void steps(int count) {
    for (int i = 0; i < count; ++i) step();
  }

  std::uint64_t pick(std::uint64_t below) {
    return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random_);
  }
  bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }
  LifecycleStage random_stage() { return static_cast<LifecycleStage>(pick(5)); }
  static std::string name_of_key(std::uint64_t number) { return "key" + std::to_string(number); }
  std::string random_name() {
    static const std::vector<std::string> names{"Straße",   "STRASSE 9", "Ada",   "ada lovelace", "İstanbul",
                                                "ΟΔΥΣΣΕΥΣ", "zoë",       "Émile", "\"quoted\"",   "back\\slash"};
    return names[pick(names.size())] + " " + std::to_string(pick(50));
  }
  bool has_any(std::uint64_t person, const std::vector<TagId>& tags) const {
    return std::any_of(assignments_.begin(), assignments_.end(), [&](const ModelAssignment& one) {
      return one.attached && one.of_person && one.host == person && tags_.at(one.tag) &&
             std::count(tags.begin(), tags.end(), TagId{one.tag}) > 0;
    });
  }
  bool organization_there(std::optional<std::uint64_t> number) const { return number && organizations_.at(*number); }

  std::vector<ModelPerson> persons;  ///< by ordinal

 private:
  std::vector<Digest128> digests(const std::vector<std::string>& keys) const {
    std::vector<Digest128> all;
    for (const auto& key : keys) all.push_back(world_.digester.short_digest(kMain, DigestPurpose::metadata_key, key));
    std::sort(all.begin(), all.end());
    return all;
  }
  std::vector<std::string> random_keys() {
    std::vector<std::string> keys;
    for (std::uint64_t key = 0; key < 3; ++key) {
      if (chance(0.3)) keys.push_back(name_of_key(key));
    }
    return keys;
  }
  /// A third of all commits were requests with an Idempotency-Key, some of them repeated a day later.
  std::optional<IdempotencyMark> random_mark(std::uint16_t status) {
    if (!chance(0.3)) return std::nullopt;
    return IdempotencyMark{sha256("key " + std::to_string(pick(60))), sha256("request " + std::to_string(pick(9))),
                           status};
  }
  void commit(std::vector<Event> events, std::uint16_t status = 200) {
    if (chance(0.05)) world_.now += std::chrono::hours(pick(20));
    world_.commit(kMain, std::move(events), random_mark(status));
  }
  ModelPerson* random_person() {
    if (persons.empty()) return nullptr;
    auto& person = persons[pick(persons.size())];
    return person.deleted ? nullptr : &person;
  }

  void create_person() {
    ModelPerson person;
    person.number = persons.size() + 1;
    person.details.name = random_name();
    if (chance(0.5)) person.details.primary_email = "Mail" + std::to_string(pick(20)) + "@Example.org";
    if (chance(0.3)) person.details.unique_id = "unique " + std::to_string(person.number);
    if (chance(0.3)) person.details.job_title = "Title " + std::to_string(pick(9));
    person.stage = random_stage();
    if (chance(0.5)) person.owner = UserId{11 + pick(3)};
    if (!organizations_.empty() && chance(0.5)) person.organization = 1 + pick(organizations_.size());
    person.keys = random_keys();
    person.created_at = person.updated_at = world_.now;
    auto event = created_person(person.number, person.details);
    event.lifecycle_stage = person.stage;
    event.owner = person.owner;
    if (person.organization) event.organization = organization_id(*person.organization);
    event.metadata_keys = digests(person.keys);
    commit({event}, 201);
    person.created_at = person.updated_at = recorded_at(0);
    persons.push_back(person);
  }
  void update_person() {
    auto* person = random_person();
    if (person == nullptr) return;
    PersonDetailsChange change;
    if (chance(0.5)) change.name = person->details.name = random_name();
    if (chance(0.3)) {
      person->details.primary_email =
          chance(0.3) ? std::nullopt : std::optional("Mail" + std::to_string(pick(20)) + "@Example.org");
      change.primary_email = person->details.primary_email;
    }
    if (chance(0.2)) change.unique_id = person->details.unique_id = "unique " + std::to_string(1000 + next_unique_++);
    auto event = updated_person(person->number, change);
    if (chance(0.4)) event.lifecycle_stage = person->stage = random_stage();
    if (chance(0.4)) {
      person->owner = chance(0.5) ? std::nullopt : std::optional(UserId{11 + pick(3)});
      event.owner = person->owner;
    }
    if (chance(0.3)) {
      person->keys = random_keys();
      event.metadata_keys = digests(person->keys);
    }
    if (!organizations_.empty() && chance(0.3)) {
      person->organization = 1 + pick(organizations_.size());
      event.organization = std::optional(organization_id(*person->organization));
    }
    if (chance(0.3)) event.details.reset(), undo_details(*person);
    commit({event});
    person->updated_at = recorded_at(0);
  }
  /// The change said nothing of the details after all.
  void undo_details(ModelPerson& person) {
    person.details = read_person(world_.store.latest(), kMain, person_id(person.number))->details;
  }
  void end_person() {
    auto* person = random_person();
    if (person == nullptr) return;
    commit({PersonDeleted{person_id(person->number)}}, 204);
    person->deleted = true;
    leave(true, person->number);
  }
  void link_person() {
    auto* person = random_person();
    if (person == nullptr) return;
    commit({PersonLinked{person_id(person->number), UserId{11 + pick(3)}, false}});
    person->active = false;
    person->linked = true;
    person->updated_at = recorded_at(0);
  }
  void merge() {
    auto* primary = random_person();
    auto* duplicate = random_person();
    if (primary == nullptr || duplicate == nullptr || primary == duplicate || duplicate->merged_into) return;
    const auto tags = moved_tags(duplicate->number, primary->number);
    merged_tags_[duplicate->number] = tags;
    commit({PersonMerged{person_id(duplicate->number), person_id(primary->number), duplicate->active, {tags}},
            PersonAbsorbed{person_id(primary->number), {person_id(duplicate->number)}, {{"deals", 0}}}});
    duplicate->active_before_merge = duplicate->active;
    duplicate->active = false;
    duplicate->merged_into = primary->number;
    duplicate->updated_at = recorded_at(0);
  }
  void unmerge() {
    const auto merged = std::find_if(persons.begin(), persons.end(),
                                     [](const ModelPerson& one) { return one.merged_into && !one.deleted; });
    if (merged == persons.end()) return;
    const auto into = *merged->merged_into;
    const auto primary = person_id(into);
    merged->active = merged->active_before_merge && !merged->linked;
    merged->merged_into.reset();
    const auto tags = returned_tags(merged->number, into);
    commit({PersonUnmerged{person_id(merged->number), primary, merged->active, {tags}},
            PersonReleased{primary, person_id(merged->number), {{"deals", 0}}}});
    merged->updated_at = recorded_at(0);
  }
  /// Also of one that was deleted before.
  void erase() {
    if (persons.empty()) return;
    auto& person = persons[pick(persons.size())];
    if (std::exchange(erased_[person.number], true)) return;
    std::vector<Event> events;
    for (const auto id : person.invitations) events.emplace_back(InvitationRevoked{id});
    PersonErased erased{person_id(person.number), person_slot(person.number), person.invitations, {}};
    if (chance(0.5)) erased.details = Sealed<ErasureDetails>{kPlatformSlot, ErasureDetails{random_name()}};
    events.emplace_back(std::move(erased));
    commit(std::move(events), 204);
    world_.erase(kMain, person_slot(person.number));
    person.deleted = true;
    leave(true, person.number);
  }
  void create_organization() {
    const auto number = organizations_.size() + 1;
    auto event = created_organization(number, random_name() + " #" + std::to_string(number));
    if (chance(0.5)) event.owner = UserId{11 + pick(3)};
    organizations_[number] = true;
    commit({event}, 201);
  }
  void change_organization() {
    if (organizations_.empty()) return;
    const auto number = 1 + pick(organizations_.size());
    if (!organizations_[number]) return;
    if (chance(0.4)) {
      organizations_[number] = false;
      leave(false, number);
      return commit({OrganizationDeleted{organization_id(number)}}, 204);
    }
    OrganizationUpdated event;
    event.organization = organization_id(number);
    event.details = Sealed<OrganizationDetailsChange>{organization_slot(number), OrganizationDetailsChange{}};
    event.details->data->name = random_name() + " ##" + std::to_string(next_unique_++);
    commit({event});
  }
  void change_tags() {
    const auto number = 1 + pick(tags_.size() + 1);
    const auto name = "Tag " + std::to_string(number) + " " + random_name();
    if (number > tags_.size()) {
      tags_[number] = true;
      return commit({created_tag(number, name)}, 201);
    }
    if (!tags_[number]) return;
    if (chance(0.3)) {
      tags_[number] = false;
      return commit({TagDeleted{TagId{number}}}, 204);
    }
    TagUpdated event;
    event.id = TagId{number};
    event.texts = Sealed<TagUpdated::Texts>{kPlatformSlot, TagUpdated::Texts{}};
    auto& changed = *event.texts->data;
    (chance(0.5) ? changed.title : changed.color) = chance(0.5) ? name : "#00FF7f";
    commit({event});
  }
  void attach() {
    const auto* person = random_person();
    if (tags_.empty()) return change_tags();
    const auto tag = 1 + pick(tags_.size());
    const bool to_person = organizations_.empty() || chance(0.7);
    const auto host = to_person ? (person == nullptr ? 0 : person->number) : 1 + pick(organizations_.size());
    if (host == 0 || !tags_[tag] || (!to_person && !organizations_[host]) || holds(to_person, host, tag)) return;
    assignments_.push_back({tag, to_person, host, true});
    const auto to = to_person ? TagHost(person_id(host)) : TagHost(organization_id(host));
    commit({TagAttached::to(to, AssignmentId{assignments_.size()}, TagId{tag})}, 201);
  }
  void detach() {
    if (assignments_.empty()) return;
    const auto at = pick(assignments_.size());
    if (!std::exchange(assignments_[at].attached, false)) return;
    commit({TagDetached{AssignmentId{at + 1}}}, 204);
  }
  bool holds(bool person, std::uint64_t host, std::uint64_t tag) const {
    return std::any_of(assignments_.begin(), assignments_.end(), [&](const ModelAssignment& one) {
      return one.attached && one.of_person == person && one.host == host && one.tag == tag;
    });
  }
  void leave(bool person, std::uint64_t host) {
    for (auto& one : assignments_) {
      if (one.of_person == person && one.host == host) one.attached = false;
    }
  }
  MovedRecords moved_tags(std::uint64_t duplicate, std::uint64_t primary) {
    MovedRecords records{"tags", {}, {}};
    for (std::size_t at = 0; at < assignments_.size(); ++at) {
      auto& one = assignments_[at];
      if (!one.attached || !one.of_person || one.host != duplicate || !tags_[one.tag]) continue;
      (holds(true, primary, one.tag) ? records.dropped : records.moved).push_back(at + 1);
      one.host = primary;
    }
    return records;
  }
  ReturnedRecords returned_tags(std::uint64_t duplicate, std::uint64_t primary) {
    ReturnedRecords back{"tags", {}, {}, {}};
    const auto& moved = merged_tags_[duplicate];
    for (const auto& [ids, into] :
         {std::pair(&moved.moved, &back.returned), std::pair(&moved.dropped, &back.restored)}) {
      for (const auto id : *ids) {
        auto& one = assignments_[id - 1];
        if (!one.attached || one.host != primary || !tags_[one.tag]) continue;
        into->push_back(id);
        one.host = duplicate;
      }
    }
    return back;
  }
  void invite() {
    auto* person = random_person();
    if (person != nullptr && chance(0.6)) {
      ++invitations_;
      person->invitations.push_back(InvitationId{invitations_});
      const auto email = "invited" + std::to_string(invitations_) + "@example.org";
      commit({issued_invitation(invitations_, person->number, email, world_.now + std::chrono::hours(pick(200)))}, 201);
    } else if (invitations_ > 0) {
      const InvitationId id{1 + pick(invitations_)};
      switch (pick(3)) {
        case 0:
          return commit({InvitationRevoked{id}}, 204);
        case 1:
          return commit({InvitationExpired{id}}, 204);
        default:
          return commit({InvitationRedeemed{id, UserId{12}}}, 200);
      }
    }
  }
  void administer() {
    const auto id = ++administered_;
    switch (pick(8)) {
      case 0:
        world_.commit(kSystemPlatform, {created_user(100 + id, "user" + std::to_string(id), "", "User")});
        return commit({added_member(100 + id, chance(0.2))}, 201);
      case 6:
        world_.commit(kSystemPlatform, {UserDeactivated{UserId{12}}});
        world_.commit(kSystemPlatform, {UserReactivated{UserId{12}}});
        return;
      case 1:
        return commit({created_role(100 + id, "role" + std::to_string(id), {"Ibl.CRM/Tags/*"})}, 201);
      case 2:
        return commit({created_policy(100 + id, "policy" + std::to_string(id), 1 + pick(2), {UserId{12}})}, 201);
      case 3:
        return commit({issued_key(100 + id, 12, "key" + std::to_string(id), "secret" + std::to_string(id))}, 201);
      case 4: {
        const WebhookDetails details{"https://hooks.example/" + std::to_string(id), "Hook", {}, {"whsec_one"}};
        commit({WebhookCreated{WebhookId{100 + id}, chance(0.5), {kPlatformSlot, details}}}, 201);
        if (chance(0.5)) return commit({WebhookUpdated{WebhookId{100 + id}, chance(0.5), {}}});
        return commit({WebhookDeleted{WebhookId{100 + id}}});
      }
      case 5: {
        const auto kind = static_cast<NotificationKind>(pick(3));
        if (chance(0.5)) return commit({NotificationsChanged{{kind}, {}}});
        return commit({NotificationsChanged{{}, {kind}}});
      }
      default: {
        MemberChanged change;
        change.user = UserId{12};
        change.is_staff = chance(0.5);
        return commit({change});
      }
    }
  }
  Timestamp recorded_at(std::size_t event) const { return world_.commits.back()->events[event].recorded_at; }

  World& world_;
  std::mt19937 random_;
  std::map<std::uint64_t, bool> organizations_;  ///< number → still there
  struct ModelAssignment {
    std::uint64_t tag = 0;
    bool of_person = true;  ///< else of an organization
    std::uint64_t host = 0;
    bool attached = true;
  };
  std::map<std::uint64_t, bool> tags_;  ///< number → still there
  std::vector<ModelAssignment> assignments_;
  std::map<std::uint64_t, MovedRecords> merged_tags_;  ///< by the duplicate
  std::map<std::uint64_t, bool> erased_;
  std::uint64_t invitations_ = 0;
  std::uint64_t administered_ = 0;
  std::uint64_t next_unique_ = 0;
};

}  // namespace annals::test
