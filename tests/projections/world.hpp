#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/crypto.hpp"
#include "core/json.hpp"
#include "projections/memory_log.hpp"
#include "projections/projections.hpp"
#include "projections/rebuild.hpp"
#include "projections/records.hpp"
#include "support/memory_byte_store.hpp"
#include "support/plain_sealer.hpp"

namespace annals::test {

inline constexpr PlatformId kMain{7};
inline constexpr PlatformId kOther{8};

inline Uuid numbered_uuid(std::uint8_t kind, std::uint64_t number) {
  Uuid uuid;
  uuid.bytes[0] = kind;
  for (std::size_t i = 0; i < 8; ++i) uuid.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return uuid;
}
inline PersonId person_id(std::uint64_t number) {
  return PersonId(numbered_uuid(0xA1, number));
}
inline OrganizationId organization_id(std::uint64_t number) {
  return OrganizationId(numbered_uuid(0xB2, number));
}

/// 2026-06-04T14:22:11.000000Z; every commit comes a second later than the one before.
inline Timestamp first_moment() {
  return parse_time("2026-06-04T14:22:11Z")->at;
}

/// What a server does with commits, without deciding: encodes them into a log, applies them, publishes them.
class World {
 public:
  explicit World(std::uint64_t record_bytes = LiveProjections::kRecordBytes)
      : live(LiveProjections::make(store, digester, record_bytes)) {
    mark_shape(store);
    live->load({}, nullptr);
  }

  /// One commit of these events, a second after the last. Every world tells the same story with the same calls.
  const Commit& commit(PlatformId platform, std::vector<Event> events,
                       std::optional<IdempotencyMark> idempotency = std::nullopt) {
    Commit commit;
    auto& frame = commit.header.frame;
    frame.platform = platform;
    frame.first = Position{log.head(platform).position.value + 1};
    frame.count = static_cast<std::uint32_t>(events.size());
    frame.previous = log.head(platform).hash;
    commit.header.idempotency = idempotency;
    for (auto& event : events) {
      RecordedEvent recorded;
      recorded.id = EventId(numbered_uuid(0xE0, ++event_number_));
      recorded.stream = stream_of(event);
      recorded.version = StreamVersion{++versions_[{platform, recorded.stream}]};
      recorded.recorded_at = now;
      recorded.schema = 1;
      recorded.event = std::move(event);
      commit.events.push_back(std::move(recorded));
      now += std::chrono::microseconds(1);
    }
    now += std::chrono::seconds(1);
    return commit_as_is(std::move(commit));
  }
  const Commit& commit(std::vector<Event> events) { return commit(kMain, std::move(events)); }

  const Commit& commit_as_is(Commit commit) {
    log.add(encode_commit(commit, sealer));
    const auto overlay = store.overlay();
    apply(commit, *overlay, digester);
    answer = render(outcome_of(commit), commit.header.frame.platform, *overlay, commit.events.front().recorded_at);
    store.write(*overlay);
    commits.push_back(std::make_unique<Commit>(std::move(commit)));
    const Commit* const published = commits.back().get();
    if (before_publish) before_publish();
    live->publish({&published, 1});
    return *published;
  }

  /// The personal data under this slot is gone from now on: in the log and in the views.
  void erase(PlatformId platform, SlotId slot) {
    sealer.erase(platform, slot);
    store.erase_slot(platform, slot);
  }

  /// The views as the log alone gives them.
  MemoryViews rebuilt() const {
    MemoryByteStore fresh;
    rebuild(log, fresh, sealer, digester, std::nullopt, nullptr);
    return fresh.all();
  }
  /// The tables as the views alone give them.
  std::unique_ptr<LiveProjections> reloaded(std::uint64_t record_bytes = LiveProjections::kRecordBytes) {
    auto fresh = LiveProjections::make(store, digester, record_bytes);
    fresh->load(log.platforms(), nullptr);
    return fresh;
  }

  std::optional<PersonRecord> person(std::uint64_t number) {
    return read_person(store.latest(), kMain, person_id(number));
  }
  /// The JSON of a person as a GET answers it; empty: 404.
  std::string person_json(std::uint64_t number) const {
    const auto shown = live->person(kMain, person_id(number));
    return shown ? shown->json : std::string();
  }
  std::string person_etag(std::uint64_t number) const {
    const auto shown = live->person(kMain, person_id(number));
    return shown ? shown->etag : std::string();
  }

  PlainSealer sealer;
  FixedDigester digester;
  MemoryLog log;
  MemoryByteStore store;
  std::unique_ptr<LiveProjections> live;
  std::vector<std::unique_ptr<Commit>> commits;
  Timestamp now = first_moment();
  Answer answer;                         ///< to the last commit
  std::function<void()> before_publish;  ///< while the views are ahead of the tables

 private:
  std::uint64_t event_number_ = 0;
  std::map<std::pair<PlatformId, std::string>, std::uint64_t> versions_;
};

/// The records of a page, JSON each.
inline std::vector<std::string> records_of(const Page& page) {
  std::vector<std::string> records;
  for (const auto record : json_elements(page.results)) records.emplace_back(record);
  return records;
}

/// A filter with some of its members set.
template <class Filter>
Filter filtered(auto&& set) {
  Filter filter;
  set(filter);
  return filter;
}
inline PersonFilter searching(const std::string& text) {
  return filtered<PersonFilter>([&](PersonFilter& filter) { filter.search = text; });
}

/// Slots that tell what they are of.
inline SlotId person_slot(std::uint64_t number) {
  return SlotId{1000 + number};
}
inline SlotId organization_slot(std::uint64_t number) {
  return SlotId{500000 + number};
}
inline constexpr SlotId kPlatformSlot{1};

inline PersonCreated created_person(std::uint64_t number, PersonDetails details) {
  PersonCreated event;
  event.person = person_id(number);
  event.details = {person_slot(number), std::move(details)};
  return event;
}

inline PersonDetails forgotten_details() {
  PersonDetails details;
  details.name = "Forgotten";
  details.primary_email = "forget@example.org";
  details.unique_id = "forget-1";
  return details;
}

inline PersonCreated created_person(std::uint64_t number, const std::string& name) {
  PersonDetails details;
  details.name = name;
  return created_person(number, details);
}

inline PersonUpdated updated_person(std::uint64_t number, PersonDetailsChange change) {
  PersonUpdated event;
  event.person = person_id(number);
  event.details = Sealed<PersonDetailsChange>{person_slot(number), std::move(change)};
  return event;
}

inline OrganizationCreated created_organization(std::uint64_t number, const std::string& name) {
  OrganizationCreated event;
  event.organization = organization_id(number);
  event.details = {organization_slot(number), OrganizationDetails{name, {"{}"}, {"{}"}}};
  return event;
}

inline TagCreated created_tag(std::uint64_t id, const std::string& name, const std::string& color = "#FF0000") {
  TagCreated event;
  event.id = TagId{id};
  event.texts = {kPlatformSlot, TagCreated::Texts{name, color, {"{}"}}};
  return event;
}

inline PlatformRegistered registered_platform(PlatformId id, const std::string& key, const std::string& name) {
  return {id, {SlotId{900 + id.value}, PlatformDetails{key, name}}};
}
inline PlatformOpened opened_platform(const std::string& key, const std::string& name) {
  return {{kPlatformSlot, PlatformDetails{key, name}}};
}
inline UserCreated created_user(std::uint64_t id, const std::string& username, const std::string& email,
                                const std::string& name) {
  return {UserId{id}, false, {SlotId{100 + id}, UserDetails{username, email, name}}};
}
inline MemberAdded added_member(std::uint64_t user, bool is_admin = false) {
  MemberAdded event;
  event.user = UserId{user};
  event.is_admin = is_admin;
  event.details = {SlotId{200 + user}, MemberDetails{"copy" + std::to_string(user) + "@example.org"}};
  return event;
}
inline RoleCreated created_role(std::uint64_t id, const std::string& name, std::vector<std::string> actions,
                                bool internal = false) {
  return {RoleId{id}, internal, {kPlatformSlot, RoleDetails{name, std::move(actions)}}};
}
inline PolicyCreated created_policy(std::uint64_t id, const std::string& name, std::uint64_t role,
                                    std::vector<UserId> users) {
  return {PolicyId{id}, RoleId{role}, std::move(users), {kPlatformSlot, PolicyDetails{name, {"[]"}}}};
}
inline ApiKeyIssued issued_key(std::uint64_t id, std::uint64_t user, const std::string& name,
                               const std::string& secret) {
  ApiKeyIssued event;
  event.key = KeyId{id};
  event.user = UserId{user};
  event.secret_sha256 = sha256(secret);
  event.details = {kPlatformSlot, ApiKeyDetails{name}};
  return event;
}
inline InvitationIssued issued_invitation(std::uint64_t id, std::optional<std::uint64_t> person,
                                          const std::string& email, Timestamp expires_at) {
  InvitationIssued event;
  event.invitation = InvitationId{id};
  event.source = person ? InvitationSource::person : InvitationSource::platform;
  if (person) event.person = person_id(*person);
  event.expires_at = expires_at;
  event.details = {person ? person_slot(*person) : SlotId{800 + id}, InvitationDetails{email, "", {"{}"}, {"{}"}}};
  return event;
}

/// A platform with two roles, an admin (11), a viewer (12) and their keys "admin secret" and "viewer secret".
inline void open_main(World& world) {
  world.commit(kSystemPlatform, {registered_platform(kMain, "main", "The Main Platform")});
  world.commit(kSystemPlatform, {created_user(11, "ada", "ada@example.org", "Ada Admin"),
                                 created_user(12, "vic", "Vic@Example.org", "Vic Viewer")});
  world.commit({opened_platform("main", "The Main Platform"),
                created_role(1, "CRM Viewer", {"Ibl.CRM/Persons/read", "Ibl.CRM/Persons/list"}, true),
                created_role(2, "CRM Manager", {"Ibl.CRM/*"}, true)});
  world.commit({added_member(11, true)});
  world.commit({added_member(12)});
  world.commit({created_policy(1, "viewers", 1, {UserId{12}})});
  world.commit({issued_key(1, 11, "admin key", "admin secret"), issued_key(2, 12, "viewer key", "viewer secret")});
}

}  // namespace annals::test
