#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/ids.hpp"
#include "core/problem.hpp"

namespace annals {

/// What the answer to a command shows. Rendered from the views right after the command's events were applied.
struct PersonShown {
  PersonId person;
  bool created = false;
  bool operator==(const PersonShown&) const = default;
};
struct OrganizationShown {
  OrganizationId organization;
  bool created = false;
  bool operator==(const OrganizationShown&) const = default;
};
/// As the invite of a person answers it, or as the list of the platform's invitations shows it.
struct InvitationShown {
  InvitationId invitation;
  bool as_person_invite = true;
  bool operator==(const InvitationShown&) const = default;
};
struct MergeShown {
  PersonId primary;
  std::vector<PersonId> merged;
  std::vector<std::pair<std::string, std::uint64_t>> reparented;  ///< relations that moved something; others read 0
  bool operator==(const MergeShown&) const = default;
};
struct UnmergeShown {
  PersonId primary;
  PersonId unmerged;
  std::vector<std::pair<std::string, std::uint64_t>> reparented;  ///< as in MergeShown
  std::vector<std::pair<std::string, std::uint64_t>> kept;        ///< relation and id of each record that stays
  bool operator==(const UnmergeShown&) const = default;
};
struct PlatformShown {
  PlatformId platform;
  bool operator==(const PlatformShown&) const = default;
};
struct UserShown {
  UserId user;
  bool created = false;
  bool operator==(const UserShown&) const = default;
};
struct MemberShown {
  UserId user;
  bool created = false;
  bool operator==(const MemberShown&) const = default;
};
/// An invitation was redeemed.
struct RedemptionShown {
  InvitationId invitation;
  UserId user;
  bool joined = false;  ///< who was no member before
  bool operator==(const RedemptionShown&) const = default;
};
struct ApiKeyShown {
  KeyId key;
  std::string secret;  ///< the only time it is seen
  bool operator==(const ApiKeyShown&) const = default;
};
struct RoleShown {
  RoleId role;
  bool created = false;
  bool operator==(const RoleShown&) const = default;
};
struct PolicyShown {
  PolicyId policy;
  bool created = false;
  bool operator==(const PolicyShown&) const = default;
};
struct WebhookShown {
  WebhookId webhook;
  bool created = false;
  std::optional<std::string> secret{};  ///< when the command set it; the only time it is seen. Blank: not to be told
  bool operator==(const WebhookShown&) const = default;
};
/// Which notifications the platform sends.
struct NotificationsShown {
  bool operator==(const NotificationsShown&) const = default;
};
/// A record of a kind with events of its own: events/record_kinds.hpp.
struct RecordShown {
  std::string_view kind;  ///< its name, of static life
  std::uint64_t id = 0;
  bool created = false;
  bool operator==(const RecordShown&) const = default;
};
/// A tag that something has.
struct TagAssignmentShown {
  AssignmentId assignment;
  TagId tag;
  bool created = false;  ///< else it was there before: a conflict
  bool operator==(const TagAssignmentShown&) const = default;
};
/// What became of an import's rows.
struct RecordsImported {
  struct Rejected {
    std::uint64_t line = 0;
    FieldErrors errors;
    bool operator==(const Rejected&) const = default;
  };
  std::uint64_t persons = 0;
  std::uint64_t organizations = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;  ///< were to be updated
  std::uint64_t skipped = 0;    ///< were there already
  std::vector<Rejected> rejected;
  bool operator==(const RecordsImported&) const = default;

  void add(RecordsImported more) {
    persons += more.persons;
    organizations += more.organizations;
    updated += more.updated;
    unchanged += more.unchanged;
    skipped += more.skipped;
    rejected.insert(rejected.end(), std::make_move_iterator(more.rejected.begin()),
                    std::make_move_iterator(more.rejected.end()));
  }
};
/// What became of each row of a batch, in order.
struct BatchShown {
  struct Row {
    std::uint16_t status = 200;
    std::optional<PersonId> person;  ///< nullopt: refused
    FieldErrors errors;
    bool operator==(const Row&) const = default;
  };
  std::vector<Row> rows;
  bool refused = false;  ///< as a whole, because of one row
  bool operator==(const BatchShown&) const = default;
};
struct NothingShown {  ///< 204
  bool operator==(const NothingShown&) const = default;
};

using Outcome =
    std::variant<PersonShown, OrganizationShown, InvitationShown, MergeShown, UnmergeShown, PlatformShown, UserShown,
                 MemberShown, RedemptionShown, ApiKeyShown, RoleShown, PolicyShown, RecordShown, WebhookShown,
                 TagAssignmentShown, NotificationsShown, BatchShown, RecordsImported, NothingShown>;

/// An answer as HTTP sends it.
struct Answer {
  std::uint16_t status = 200;
  std::string body;  ///< JSON; empty for 204
  std::string etag;  ///< quoted; empty: none
  bool replayed = false;
  std::optional<RecordsImported> imported{};  ///< in the place of a body: one request's rows are several commands
  /// Of the last event that was written, or where the platform's log stands when nothing was; 0: not to be told.
  Position position{};
  bool operator==(const Answer&) const = default;
};

}  // namespace annals
