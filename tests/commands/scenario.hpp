#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/view_state.hpp"
#include "bodies.hpp"
#include "commands/decide.hpp"
#include "support/memory_byte_store.hpp"
#include "support/plain_sealer.hpp"

namespace annals::test {

inline constexpr PlatformId kAcme{4};
inline constexpr PlatformId kOther{9};
inline constexpr SlotId kAcmeSlot{40};
const Timestamp kNow = parse_time("2026-06-04T14:22:11.482913Z")->at;

PersonId person_id(unsigned n);              ///< a0000000-0000-4000-8000-00000000000n
OrganizationId organization_id(unsigned n);  ///< b0000000-…
PersonId new_person(unsigned n);             ///< the n-th uuid that deciding draws, from 1
OrganizationId new_organization(unsigned n);

/// Ids that count: uuids from 1, slots from 1001, secrets `secret-1`.
class CountingChoices : public Choices {
 public:
  Uuid new_uuid() override;
  SlotId new_slot() override { return SlotId{1000 + ++slots}; }
  std::string new_secret() override { return "secret-" + std::to_string(++secrets); }
  unsigned uuids = 0;
  unsigned slots = 0;
  unsigned secrets = 0;
};

/// given(events).when(command).then(events): the events go through the real projections into memory, and deciding reads
/// them as it does in the server. Users and platforms go to the system platform's log, the rest to that of `acme`.
class Scenario {
 public:
  Scenario();
  Scenario& given(const std::vector<Event>& events);
  Scenario& given_elsewhere(const std::vector<Event>& events);  ///< in another platform, kOther
  Scenario& by(Caller caller);
  Scenario& at(Timestamp now);
  Scenario& if_match(std::vector<StreamVersion> versions);
  Scenario& allowing_private_webhooks();
  Scenario& in(PlatformId platform);  ///< whom the next commands are decided for
  /// Decides, and applies what was decided.
  Scenario& when(const Command& command);

  Scenario& then(const std::vector<Event>& events);
  Scenario& then_nothing() { return then({}); }
  Scenario& shows(const Outcome& outcome);
  Scenario& then_problem(ProblemCode code);
  Scenario& then_fields(std::string_view json);
  Scenario& then_conflict(const InvitationConflict& conflict);

  const std::optional<Result<Decision>>& decided() const { return decided_; }
  ViewState state() const;
  const ViewReader& views() const { return *views_; }
  CountingChoices& choices() { return choices_; }

 private:
  void apply_in(PlatformId platform, const std::vector<Event>& events);

  FixedDigester digester_;
  std::unique_ptr<MemoryByteStore> store_ = std::make_unique<MemoryByteStore>();
  std::unique_ptr<ViewOverlay> views_;
  CountingChoices choices_;
  Caller caller_;
  Timestamp now_ = kNow;
  Timestamp recorded_at_;
  PlatformId platform_ = kAcme;
  std::optional<Precondition> precondition_;
  bool private_webhooks_allowed_ = false;
  std::optional<Result<Decision>> decided_;
  std::map<PlatformId, Position> last_;
};

inline Scenario given(const std::vector<Event>& events) {
  Scenario scenario;
  scenario.given(events);
  return scenario;
}

/// A plain member's key in acme: user 7, `paula`.
Caller plain_caller();
/// A Tenant Admin's key in acme: user 2, `tess`.
Caller tenant_admin();
/// A superuser's key in acme: user 1, `root`.
Caller superuser();

// Events with distinct values, to be changed where a test cares.
PersonCreated person(unsigned n, std::string_view name, std::optional<std::string> email = {});
OrganizationCreated organization(unsigned n, std::string_view name);
UserCreated user(unsigned n, std::string_view username, std::string_view email = {});
MemberAdded member(unsigned user, std::string_view email = {});
MemberChanged left(unsigned user);  ///< is no active member any more
// What merging persons without related records gives, and taking that back.
PersonMerged merged(unsigned n, unsigned into, bool was_active = true);
PersonAbsorbed absorbed(unsigned n, std::initializer_list<unsigned> duplicates);
PersonUnmerged unmerged(unsigned n, unsigned from, bool active = true);
PersonReleased released(unsigned primary, unsigned duplicate);
/// Platforms acme and other, opened with the seeded roles in acme; users root, tess, paula, and members of acme each.
std::vector<Event> acme();
Digest128 metadata_key(std::string_view name);

/// A change of one field.
template <class Change, class Field>
Change with(Field Change::* field, auto value) {
  Change change;
  change.*field = std::move(value);
  return change;
}

std::vector<Event> operator+(std::vector<Event> events, const std::vector<Event>& more);

}  // namespace annals::test

template <>
struct Catch::StringMaker<annals::Event> {
  static std::string convert(const annals::Event& event);
};
template <>
struct Catch::StringMaker<annals::ProblemCode> {
  static std::string convert(annals::ProblemCode code) { return "code " + std::to_string(static_cast<int>(code)); }
};
