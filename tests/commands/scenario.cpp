#include "scenario.hpp"

#include "commands/person/relations.hpp"
#include "commands/platform/roles.hpp"
#include "commands/rules.hpp"
#include "events/commit.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals::test {
namespace {

Uuid numbered(unsigned char first, unsigned n) {
  Uuid uuid;
  uuid.bytes[0] = first;
  uuid.bytes[6] = 0x40;
  uuid.bytes[8] = 0x80;
  uuid.bytes[14] = static_cast<std::uint8_t>(n >> 8);
  uuid.bytes[15] = static_cast<std::uint8_t>(n);
  return uuid;
}

bool belongs_to_system(const Event& event) {
  return std::holds_alternative<PlatformRegistered>(event) || std::holds_alternative<UserCreated>(event) ||
         std::holds_alternative<UserDeactivated>(event) || std::holds_alternative<UserReactivated>(event);
}

std::vector<std::string> readable(const std::vector<Event>& events) {
  std::vector<std::string> texts;
  for (const auto& event : events) texts.push_back(Catch::StringMaker<Event>::convert(event));
  return texts;
}

}  // namespace

PersonId person_id(unsigned n) {
  return PersonId(numbered(0xA0, n));
}
OrganizationId organization_id(unsigned n) {
  return OrganizationId(numbered(0xB0, n));
}
PersonId new_person(unsigned n) {
  return PersonId(numbered(0, n));
}
OrganizationId new_organization(unsigned n) {
  return OrganizationId(numbered(0, n));
}

Uuid CountingChoices::new_uuid() {
  return numbered(0, ++uuids);
}

Scenario::Scenario()
    : views_(store_->overlay()), caller_(plain_caller()), recorded_at_(kNow - std::chrono::days(100)) {}

void Scenario::apply_in(PlatformId platform, const std::vector<Event>& events) {
  Commit commit;
  commit.header.frame.platform = platform;
  commit.header.frame.first = Position{last_[platform].value + 1};
  commit.header.frame.count = static_cast<std::uint32_t>(events.size());
  std::map<std::string, StreamVersion> versions;
  for (const auto& event : events) {
    const auto stream = stream_of(event);
    auto& version = versions[stream];
    if (version.value == 0) version = stream_version(*views_, platform, event);
    ++version.value;
    recorded_at_ += std::chrono::microseconds(1);
    commit.events.push_back({EventId(numbered(0xE0, static_cast<unsigned>(last_[platform].value))), stream, version,
                             recorded_at_, 1, event});
    ++last_[platform].value;
  }
  apply(commit, *views_, digester_);
}

Scenario& Scenario::given(const std::vector<Event>& events) {
  for (const auto& event : events) apply_in(belongs_to_system(event) ? kSystemPlatform : kAcme, {event});
  return *this;
}
Scenario& Scenario::given_elsewhere(const std::vector<Event>& events) {
  apply_in(kOther, events);
  return *this;
}
Scenario& Scenario::by(Caller caller) {
  caller_ = std::move(caller);
  return *this;
}
Scenario& Scenario::at(Timestamp now) {
  now_ = now;
  return *this;
}
Scenario& Scenario::if_match(std::vector<StreamVersion> versions) {
  precondition_ = Precondition{false, std::move(versions)};
  return *this;
}
Scenario& Scenario::allowing_private_webhooks() {
  private_webhooks_allowed_ = true;
  return *this;
}
Scenario& Scenario::in(PlatformId platform) {
  platform_ = platform;
  return *this;
}

ViewState Scenario::state() const {
  return {*views_, platform_, digester_};
}

Scenario& Scenario::when(const Command& command) {
  const DecisionContext context{.now = now_,
                                .caller = caller_,
                                .choices = choices_,
                                .digester = digester_,
                                .private_webhooks_allowed = private_webhooks_allowed_};
  const auto before = choices_;
  decided_ = decide(state(), command, precondition_, context);
  if (*decided_ && !(*decided_)->events.empty()) {
    apply_in(platform_, (*decided_)->events);
  } else {
    INFO("what decides nothing draws nothing");
    CHECK(std::tuple(choices_.uuids, choices_.slots, choices_.secrets) ==
          std::tuple(before.uuids, before.slots, before.secrets));
  }
  precondition_.reset();
  return *this;
}

Scenario& Scenario::then(const std::vector<Event>& events) {
  REQUIRE(decided_.has_value());
  INFO("refused: " << (*decided_ ? "no" : shown(decided_->error().fields)));
  REQUIRE(decided_->has_value());
  CHECK(readable((*decided_)->events) == readable(events));
  CHECK(((*decided_)->events == events));
  return *this;
}
Scenario& Scenario::shows(const Outcome& outcome) {
  REQUIRE(decided_.has_value());
  REQUIRE(decided_->has_value());
  CHECK(((*decided_)->outcome == outcome));
  return *this;
}
Scenario& Scenario::then_problem(ProblemCode code) {
  REQUIRE(decided_.has_value());
  REQUIRE_FALSE(decided_->has_value());
  CHECK(decided_->error().code == code);
  return *this;
}
Scenario& Scenario::then_fields(std::string_view json) {
  then_problem(ProblemCode::invalid_fields);
  CHECK(shown(decided_->error().fields) == std::string(json));
  return *this;
}
Scenario& Scenario::then_conflict(const InvitationConflict& conflict) {
  then_problem(ProblemCode::active_invitation_exists);
  REQUIRE(decided_->error().conflict);
  CHECK((*decided_->error().conflict == conflict));
  return *this;
}

Caller plain_caller() {
  return {.platform = kAcme,
          .platform_key = "acme",
          .user = UserId{7},
          .username = "paula",
          .key = {},
          .grants = Grants({"Ibl.CRM/*"})};
}
Caller tenant_admin() {
  return {.platform = kAcme,
          .platform_key = "acme",
          .user = UserId{2},
          .username = "tess",
          .key = {},
          .grants = Grants({"Ibl.*"})};
}
Caller superuser() {
  return {.platform = kAcme,
          .platform_key = "acme",
          .user = UserId{1},
          .username = "root",
          .key = {},
          .superuser = true,
          .grants = Grants({"Ibl.*"})};
}

PersonCreated person(unsigned n, std::string_view name, std::optional<std::string> email) {
  PersonCreated created;
  created.person = person_id(n);
  created.details = {SlotId{500 + n}, PersonDetails{}};
  created.details.data->name = name;
  created.details.data->primary_email = std::move(email);
  return created;
}
OrganizationCreated organization(unsigned n, std::string_view name) {
  OrganizationCreated created;
  created.organization = organization_id(n);
  created.details = {SlotId{600 + n}, OrganizationDetails{}};
  created.details.data->name = name;
  return created;
}
PersonMerged merged(unsigned n, unsigned into, bool was_active) {
  PersonMerged event{person_id(n), person_id(into), was_active, {}};
  for (const auto* relation : person_relations()) event.relations.push_back({std::string(relation->name()), {}, {}});
  return event;
}
PersonAbsorbed absorbed(unsigned n, std::initializer_list<unsigned> duplicates) {
  PersonAbsorbed event{person_id(n), {}, {}};
  for (const auto duplicate : duplicates) event.duplicates.push_back(person_id(duplicate));
  for (const auto* relation : person_relations()) event.reparented.push_back({std::string(relation->name()), 0});
  return event;
}
PersonUnmerged unmerged(unsigned n, unsigned from, bool active) {
  PersonUnmerged event{person_id(n), person_id(from), active, {}};
  for (const auto* relation : person_relations()) {
    event.relations.push_back({std::string(relation->name()), {}, {}, {}});
  }
  return event;
}
PersonReleased released(unsigned primary, unsigned duplicate) {
  PersonReleased event{person_id(primary), person_id(duplicate), {}};
  for (const auto* relation : person_relations()) event.reparented.push_back({std::string(relation->name()), 0});
  return event;
}
UserCreated user(unsigned n, std::string_view username, std::string_view email) {
  return {UserId{n},
          username == "root",
          {SlotId{n}, UserDetails{std::string(username), std::string(email), "Name of " + std::string(username)}}};
}
MemberChanged left(unsigned user) {
  MemberChanged event;
  event.user = UserId{user};
  event.active = false;
  return event;
}
MemberAdded member(unsigned user, std::string_view email) {
  MemberAdded added;
  added.user = UserId{user};
  added.details = {SlotId{300 + user}, MemberDetails{std::string(email)}};
  return added;
}

std::vector<Event> acme() {
  std::vector<Event> events{
      PlatformRegistered{kAcme, {SlotId{80}, PlatformDetails{"acme", "Acme Ltd"}}},
      PlatformRegistered{kOther, {SlotId{81}, PlatformDetails{"other", "Other Ltd"}}},
      user(1, "root", "root@acme.example"),
      user(2, "tess", "tess@acme.example"),
      user(7, "paula", "paula@acme.example"),
      PlatformOpened{{kAcmeSlot, PlatformDetails{"acme", "Acme Ltd"}}},
  };
  RoleId id{1};
  for (auto& role : seeded_roles()) {
    events.emplace_back(RoleCreated{id, true, {kAcmeSlot, std::move(role)}});
    ++id.value;
  }
  events.emplace_back(member(1, "root@acme.example"));
  events.emplace_back(member(2, "tess@acme.example"));
  events.emplace_back(member(7, "paula@acme.example"));
  return events;
}

Digest128 metadata_key(std::string_view name) {
  return FixedDigester().short_digest(kAcme, DigestPurpose::metadata_key, name);
}

std::vector<Event> operator+(std::vector<Event> events, const std::vector<Event>& more) {
  events.insert(events.end(), more.begin(), more.end());
  return events;
}

}  // namespace annals::test

std::string Catch::StringMaker<annals::Event>::convert(const annals::Event& event) {
  return std::string(annals::type_of(event)) + ' ' + annals::data_json(event);
}
