#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/sealing.hpp"
#include "events/commit.hpp"
#include "projections/kinds/activity_table.hpp"
#include "projections/kinds/deal_table.hpp"
#include "projections/kinds/deal_titles.hpp"
#include "projections/person_table.hpp"
#include "projections/tag_table.hpp"
#include "projections/turn_lock.hpp"
#include "projections/watches.hpp"

/// All that is in memory of a platform. Not synchronised by itself.
namespace annals {

/// Invitations by id, which are dense from 1.
class InvitationTable {
 public:
  struct Row {
    bool known = false;
    bool open = false;
    Timestamp expires_at;
    std::optional<Digest128> email_digest;
    bool active_at(Timestamp now) const { return open && now < expires_at; }
    bool operator==(const Row&) const = default;
  };
  void load(const InvitationRow& row);
  /// `open` counts the open ones of all platforms.
  void issued(InvitationId id, Timestamp expires_at, const std::optional<Digest128>& email_digest);
  void closed(InvitationId id);
  void forget_email(InvitationId id);

  std::vector<Row> rows;  ///< the first is invitation 1
  std::uint64_t open = 0;

 private:
  Row& row_of(InvitationId id);
};

/// Everything in memory of one platform, under one lock.
struct PlatformTables {
  explicit PlatformTables(std::shared_ptr<RecordBudget> all)
      : budget(std::move(all)), organizations(*budget), persons(organizations, *budget), deal_titles(*budget) {}

  std::uint64_t text_bytes() const { return organizations.texts.bytes() + persons.texts.bytes(); }

  mutable TurnLock lock;
  bool replaced = false;                       ///< by rebuilt ones, and the views they stood on with them
  Position applied;                            ///< the last position that the tables hold
  const std::shared_ptr<RecordBudget> budget;  ///< of all platforms together
  OrganizationTable organizations;
  PersonTable persons;
  InvitationTable invitations;
  TagTable tags;
  DealTable deals;
  DealTitles deal_titles;
  ActivityTable activities;
  mutable Watches organization_watches;
  mutable Watches person_watches;
};

/// Where a host of tags stands; nullopt: nowhere.
std::optional<std::pair<TaggedKind, Row>> row_of(const PlatformTables& tables, const TagHost& host);

/// Moves the tables of the commit's platform by it. Throws std::logic_error when one before it is missing.
void move_tables(PlatformTables& tables, const Commit& commit, const Digester& digester);

}  // namespace annals
