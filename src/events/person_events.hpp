#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "events/sealed.hpp"

/// What can happen to a person. `fields` names every field with its number in the stored form; numbers and types' names
/// are on disk and never change, a removed number stays listed as retired.
namespace annals {

/// On disk; never change.
enum class LifecycleStage : std::uint8_t { lead = 0, qualified = 1, opportunity = 2, customer = 3, churned = 4 };
std::string_view name_of(LifecycleStage stage);
std::optional<LifecycleStage> lifecycle_stage_named(std::string_view name);

struct PersonDetails {
  std::string name;
  std::optional<std::string> primary_email;
  JsonText emails{"[]"};
  JsonText contact_numbers{"[]"};
  std::string job_title;
  std::string unique_id;
  JsonText metadata{"{}"};
  bool operator==(const PersonDetails&) const = default;

  static constexpr void fields(auto& self, auto&& field) {
    field(1, "name", self.name);
    field(2, "primary_email", self.primary_email);
    field(3, "emails", self.emails);
    field(4, "contact_numbers", self.contact_numbers);
    field(5, "job_title", self.job_title);
    field(6, "unique_id", self.unique_id);
    field(7, "metadata", self.metadata);
  }
};

/// What is absent stayed as it was.
struct PersonDetailsChange {
  std::optional<std::string> name;
  std::optional<std::optional<std::string>> primary_email;
  std::optional<JsonText> emails;
  std::optional<JsonText> contact_numbers;
  std::optional<std::string> job_title;
  std::optional<std::string> unique_id;
  std::optional<JsonText> metadata;
  bool operator==(const PersonDetailsChange&) const = default;

  static constexpr void fields(auto& self, auto&& field) {
    field(1, "name", self.name);
    field(2, "primary_email", self.primary_email);
    field(3, "emails", self.emails);
    field(4, "contact_numbers", self.contact_numbers);
    field(5, "job_title", self.job_title);
    field(6, "unique_id", self.unique_id);
    field(7, "metadata", self.metadata);
  }
};

struct PersonCreated {
  static constexpr std::string_view type = "PersonCreated";
  static constexpr std::uint16_t schema = 1;
  PersonId person;
  LifecycleStage lifecycle_stage = LifecycleStage::lead;
  std::optional<UserId> owner;
  std::optional<OrganizationId> organization;
  std::vector<Digest128> metadata_keys;  ///< digests of metadata's top-level key names, sorted
  Sealed<PersonDetails> details;         ///< the person's own new slot
  bool operator==(const PersonCreated&) const = default;

  static constexpr void fields(auto& self, auto&& field) {
    field(1, "person", self.person);
    field(2, "lifecycle_stage", self.lifecycle_stage);
    field(3, "owner", self.owner);
    field(4, "organization", self.organization);
    field(5, "metadata_keys", self.metadata_keys);
    field.sealed(6, self.details);
  }
};

/// By replace and by patch: only what changed is present.
struct PersonUpdated {
  static constexpr std::string_view type = "PersonUpdated";
  static constexpr std::uint16_t schema = 1;
  PersonId person;
  std::optional<LifecycleStage> lifecycle_stage;
  std::optional<std::optional<UserId>> owner;
  std::optional<std::optional<OrganizationId>> organization;
  std::optional<std::vector<Digest128>> metadata_keys;
  std::optional<Sealed<PersonDetailsChange>> details;
  bool operator==(const PersonUpdated&) const = default;

  static constexpr void fields(auto& self, auto&& field) {
    field(1, "person", self.person);
    field(2, "lifecycle_stage", self.lifecycle_stage);
    field(3, "owner", self.owner);
    field(4, "organization", self.organization);
    field(5, "metadata_keys", self.metadata_keys);
    field.sealed(6, self.details);
  }
};

struct PersonDeleted {
  static constexpr std::string_view type = "PersonDeleted";
  static constexpr std::uint16_t schema = 1;
  PersonId person;
  bool operator==(const PersonDeleted&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "person", self.person); }
};

/// The person is a user of this platform from now on, and no longer active as a contact.
struct PersonLinked {
  static constexpr std::string_view type = "PersonLinked";
  static constexpr std::uint16_t schema = 1;
  PersonId person;
  UserId user;
  bool automatic = false;  ///< because the user became a member with the person's email
  bool operator==(const PersonLinked&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "person", self.person);
    field(2, "user", self.user);
    field(3, "automatic", self.automatic);
  }
};

/// The records of one relation (`deals`, `activities`, `tags`) that a merge moved from a duplicate to the primary.
struct MovedRecords {
  std::string relation;
  std::vector<std::uint64_t> moved;
  std::vector<std::uint64_t> dropped;  ///< because the primary had the same already
  bool operator==(const MovedRecords&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "relation", self.relation);
    field(2, "moved", self.moved);
    field(3, "dropped", self.dropped);
  }
};

/// On the duplicate's stream: enough to take it back exactly.
struct PersonMerged {
  static constexpr std::string_view type = "PersonMerged";
  static constexpr std::uint16_t schema = 1;
  PersonId person;
  PersonId into;
  bool was_active = true;
  std::vector<MovedRecords> relations;
  bool operator==(const PersonMerged&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "person", self.person);
    field(2, "into", self.into);
    field(3, "was_active", self.was_active);
    field(4, "relations", self.relations);
  }
};

struct RelationCount {
  std::string relation;
  std::uint64_t count = 0;
  bool operator==(const RelationCount&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "relation", self.relation);
    field(2, "count", self.count);
  }
};

/// On the primary's stream, once for the whole merge.
struct PersonAbsorbed {
  static constexpr std::string_view type = "PersonAbsorbed";
  static constexpr std::uint16_t schema = 1;
  PersonId person;
  std::vector<PersonId> duplicates;
  std::vector<RelationCount> reparented;  ///< one entry a relation, zeros included
  bool operator==(const PersonAbsorbed&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "person", self.person);
    field(2, "duplicates", self.duplicates);
    field(3, "reparented", self.reparented);
  }
};

/// Of what a merge did to the records of one relation: what goes back to the duplicate, and what stays because it has
/// changed since.
struct ReturnedRecords {
  std::string relation;
  std::vector<std::uint64_t> returned;  ///< had moved to the primary
  std::vector<std::uint64_t> restored;  ///< had been dropped
  std::vector<std::uint64_t> kept;
  bool operator==(const ReturnedRecords&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "relation", self.relation);
    field(2, "returned", self.returned);
    field(3, "restored", self.restored);
    field(4, "kept", self.kept);
  }
};

/// On the duplicate's stream: its merge is taken back.
struct PersonUnmerged {
  static constexpr std::string_view type = "PersonUnmerged";
  static constexpr std::uint16_t schema = 1;
  PersonId person;
  PersonId from;
  bool active = true;  ///< as before the merge, unless the person has been linked since
  std::vector<ReturnedRecords> relations;
  bool operator==(const PersonUnmerged&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "person", self.person);
    field(2, "from", self.from);
    field(3, "active", self.active);
    field(4, "relations", self.relations);
  }
};

/// On the primary's stream, also of one that is no longer there.
struct PersonReleased {
  static constexpr std::string_view type = "PersonReleased";
  static constexpr std::uint16_t schema = 1;
  PersonId person;
  PersonId duplicate;
  std::vector<RelationCount> reparented;  ///< one entry a relation, zeros included
  bool operator==(const PersonReleased&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "person", self.person);
    field(2, "duplicate", self.duplicate);
    field(3, "reparented", self.reparented);
  }
};

struct ErasureDetails {
  std::string reason;
  bool operator==(const ErasureDetails&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "reason", self.reason); }
};

/// A record about a person that gives up its personal data together with it: a deal, an activity.
struct ErasedRecord {
  std::string kind;  ///< as its streams begin: `deal`
  std::uint64_t id = 0;
  SlotId slot;  ///< the record's own
  bool operator==(const ErasedRecord&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "kind", self.kind);
    field(2, "id", self.id);
    field(3, "slot", self.slot);
  }
};

/// The last word on a person's data: once this is durable the key in `slot` is destroyed, and those of `records`.
struct PersonErased {
  static constexpr std::string_view type = "PersonErased";
  static constexpr std::uint16_t schema = 2;  // 1 had no records
  PersonId person;
  SlotId slot;                                    ///< the person's own
  std::vector<InvitationId> invitations;          ///< all that were ever sent to it: sealed under the same key
  std::optional<Sealed<ErasureDetails>> details;  ///< the platform's slot
  std::vector<ErasedRecord> records{};            ///< also deleted ones, and those that a merge moved on
  bool operator==(const PersonErased&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "person", self.person);
    field(2, "slot", self.slot);
    field(3, "invitations", self.invitations);
    field.sealed(4, self.details);
    field(5, "records", self.records);
  }
};

}  // namespace annals
