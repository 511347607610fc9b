#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/bytes.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "events/event.hpp"

/// The plain parts of the records in the views: ids, enums, numbers, references, times and digests, nothing personal.
namespace annals {

/// Where the latest events of a record's stream stand in the log; those before stand in a view of their own
/// (projections/stream_positions.hpp).
using RowPositions = std::vector<Position>;

struct PersonRow {
  Ordinal ordinal;
  PersonId id;
  StreamVersion version;
  SlotId slot;
  bool deleted = false;  ///< then nothing below means anything
  bool erased = false;   ///< the personal data is gone; reads as not there
  bool active = true;
  LifecycleStage lifecycle_stage = LifecycleStage::lead;
  std::optional<UserId> owner;
  std::optional<OrganizationId> organization;  ///< as written; it may have been deleted since
  std::optional<UserId> platform_user;
  std::optional<PersonId> merged_into;
  Timestamp created_at;
  Timestamp updated_at;
  std::vector<Digest128> metadata_keys;
  std::optional<Digest128> email_digest;
  std::optional<Digest128> unique_id_digest;
  RowPositions positions;  ///< also of a deleted person
  bool operator==(const PersonRow&) const = default;

  bool there() const { return !deleted && !erased; }
  static void parts(auto& self, auto&& all) {
    all(self.ordinal, self.id, self.version, self.slot, self.deleted, self.erased, self.active, self.lifecycle_stage,
        self.owner, self.organization, self.platform_user, self.merged_into, self.created_at, self.updated_at,
        self.metadata_keys, self.email_digest, self.unique_id_digest, self.positions);
  }
};

/// Of a person that is merged away.
struct MergeRow {
  PersonId into;
  bool was_active = true;
  std::vector<MovedRecords> relations;
  bool operator==(const MergeRow&) const = default;
  static void parts(auto& self, auto&& all) { all(self.into, self.was_active, self.relations); }
};

struct ErasureRow {
  PersonId person;
  SlotId slot;  ///< whose key is destroyed
  Position position;
  Timestamp at;
  UserId by;                            ///< 0: the server itself
  std::vector<ErasedRecord> records{};  ///< about the person, whose keys are destroyed too
  bool operator==(const ErasureRow&) const = default;
  static void parts(auto& self, auto&& all) {
    all(self.person, self.slot, self.position, self.at, self.by, self.records);
  }
};

struct OrganizationRow {
  Ordinal ordinal;
  OrganizationId id;
  StreamVersion version;
  SlotId slot;
  bool deleted = false;
  bool erased = false;
  std::optional<UserId> owner;
  Timestamp created_at;
  Timestamp updated_at;
  std::vector<Digest128> metadata_keys;
  std::optional<Digest128> name_digest;
  RowPositions positions;  ///< also of a deleted organization
  bool operator==(const OrganizationRow&) const = default;

  bool there() const { return !deleted && !erased; }
  static void parts(auto& self, auto&& all) {
    all(self.ordinal, self.id, self.version, self.slot, self.deleted, self.erased, self.owner, self.created_at,
        self.updated_at, self.metadata_keys, self.name_digest, self.positions);
  }
};

struct InvitationRow {
  InvitationId id;
  StreamVersion version;
  SlotId slot;
  InvitationSource source = InvitationSource::person;
  std::optional<PersonId> person;
  bool is_admin = false;
  bool is_staff = false;
  bool open = true;  ///< neither revoked, expired nor redeemed by an event
  Timestamp issued_at;
  Timestamp expires_at;
  UserId issued_by;
  EventId issued;                     ///< the id of its InvitationIssued, which its secret is made of
  std::optional<UserId> redeemed_by;  ///< nullopt: not redeemed
  std::optional<Digest128> email_digest;
  bool operator==(const InvitationRow&) const = default;

  static void parts(auto& self, auto&& all) {
    all(self.id, self.version, self.slot, self.source, self.person, self.is_admin, self.is_staff, self.open,
        self.issued_at, self.expires_at, self.issued_by, self.issued, self.redeemed_by, self.email_digest);
  }
};

struct UserRow {
  UserId id;
  StreamVersion version;
  SlotId slot;
  bool superuser = false;
  bool active = true;
  bool operator==(const UserRow&) const = default;
  static void parts(auto& self, auto&& all) { all(self.id, self.version, self.slot, self.superuser, self.active); }
};

/// Of PlatformRegistered in the system platform, or of PlatformOpened in the platform's own.
struct PlatformRow {
  PlatformId id;
  StreamVersion version;
  SlotId slot;
  bool operator==(const PlatformRow&) const = default;
  static void parts(auto& self, auto&& all) { all(self.id, self.version, self.slot); }
};

/// A kind of notifications that is on.
struct NotificationSwitch {
  NotificationKind kind = NotificationKind::person_created;
  Position since;  ///< of the event that switched it on: it is about what stands behind
  bool operator==(const NotificationSwitch&) const = default;
  static void parts(auto& self, auto&& all) { all(self.kind, self.since); }
};

/// Beside the platform's own row, as soon as a notification was switched.
struct NotificationsRow {
  StreamVersion version;               ///< of the platform's own stream
  std::vector<NotificationSwitch> on;  ///< each kind once, in their order
  bool operator==(const NotificationsRow&) const = default;
  /// nullopt: it is off.
  std::optional<Position> since(NotificationKind kind) const {
    const auto found = std::ranges::find(on, kind, &NotificationSwitch::kind);
    return found == on.end() ? std::nullopt : std::optional(found->since);
  }
  /// As an event at this position does.
  void change(const NotificationsChanged& event, Position position) {
    std::erase_if(on, [&](const NotificationSwitch& it) {
      return std::ranges::find(event.switched_off, it.kind) != event.switched_off.end();
    });
    for (const auto kind : event.switched_on) {
      if (!since(kind)) on.push_back({kind, position});
    }
    std::ranges::sort(on, {}, &NotificationSwitch::kind);
  }
  static void parts(auto& self, auto&& all) { all(self.version, self.on); }
};

struct MemberRow {
  UserId user;
  StreamVersion version;
  SlotId slot;
  Ordinal ordinal;
  bool is_admin = false;
  bool is_staff = false;
  bool active = true;
  std::optional<Timestamp> expires_at;
  Timestamp added_at;
  bool operator==(const MemberRow&) const = default;

  bool active_at(Timestamp now) const { return active && (!expires_at || now < *expires_at); }
  static void parts(auto& self, auto&& all) {
    all(self.user, self.version, self.slot, self.ordinal, self.is_admin, self.is_staff, self.active, self.expires_at,
        self.added_at);
  }
};

struct ApiKeyRow {
  KeyId id;
  StreamVersion version;
  SlotId slot;
  UserId user;
  Digest secret_sha256{};
  bool superuser = false;
  bool revoked = false;
  std::optional<Timestamp> expires_at;
  std::vector<RoleId> roles;  ///< empty: not narrowed
  Timestamp issued_at;
  std::optional<Digest128> name_digest;
  bool operator==(const ApiKeyRow&) const = default;

  static void parts(auto& self, auto&& all) {
    all(self.id, self.version, self.slot, self.user, self.secret_sha256, self.superuser, self.revoked, self.expires_at,
        self.roles, self.issued_at, self.name_digest);
  }
};

struct RoleRow {
  RoleId id;
  StreamVersion version;
  SlotId slot;
  bool internal = false;
  bool deleted = false;
  std::optional<Digest128> name_digest;
  bool operator==(const RoleRow&) const = default;
  static void parts(auto& self, auto&& all) {
    all(self.id, self.version, self.slot, self.internal, self.deleted, self.name_digest);
  }
};

struct PolicyRow {
  PolicyId id;
  StreamVersion version;
  SlotId slot;
  RoleId role;
  std::vector<UserId> users;  ///< ascending
  bool deleted = false;
  std::optional<Digest128> name_digest;
  bool operator==(const PolicyRow&) const = default;
  static void parts(auto& self, auto&& all) {
    all(self.id, self.version, self.slot, self.role, self.users, self.deleted, self.name_digest);
  }
};

struct WebhookRow {
  WebhookId id;
  StreamVersion version;
  SlotId slot;
  bool deleted = false;  ///< then nothing below means anything
  bool active = true;
  Position active_from;  ///< of the event that made it active, or created it: what stands behind is sent to it
  Timestamp created_at;
  Timestamp updated_at;
  bool operator==(const WebhookRow&) const = default;
  static void parts(auto& self, auto&& all) {
    all(self.id, self.version, self.slot, self.deleted, self.active, self.active_from, self.created_at,
        self.updated_at);
  }
};

}  // namespace annals
