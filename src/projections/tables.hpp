#pragma once

#include <atomic>
#include <optional>
#include <vector>

#include "events/commit.hpp"
#include "projections/key_sets.hpp"
#include "projections/ordinal_index.hpp"
#include "projections/turn_lock.hpp"
#include "projections/view_rows.hpp"

/// What lists are answered from: of every record the few things that filters and orders look at, column by column, by
/// ordinal. Not synchronised by themselves.
namespace annals {

/// 0 stands for none; else an organization's ordinal + 1.
using OrganizationMark = std::uint32_t;

class OrganizationTable {
 public:
  void load(const OrganizationRow& row);  ///< rows come by ordinal, without gaps
  void loaded() { index_.build(ids); }
  void on(const OrganizationCreated& event, Timestamp at);
  void on(const OrganizationUpdated& event, Timestamp at);
  void on(const OrganizationDeleted& event, Timestamp at);

  std::optional<Ordinal> find(const OrganizationId& id) const { return index_.find(id, ids); }
  OrganizationMark mark_of(const std::optional<OrganizationId>& id) const;
  bool there_at(OrganizationMark mark) const { return mark != 0 && there[mark - 1] != 0; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(ids.size()); }

  std::vector<OrganizationId> ids;
  std::vector<std::uint8_t> there;  ///< neither deleted nor erased
  std::vector<UserId> owner;        ///< 0: none
  std::vector<Timestamp> created_at;
  std::vector<Timestamp> updated_at;

 private:
  OrdinalIndex<OrganizationId> index_;
};

class PersonTable {
 public:
  explicit PersonTable(const OrganizationTable& organizations) : organizations_(organizations) {}
  void load(const PersonRow& row);  ///< rows come by ordinal, without gaps, after all organizations
  void loaded() { index_.build(ids); }
  void on(const PersonCreated& event, Timestamp at);
  void on(const PersonUpdated& event, Timestamp at);
  void on(const PersonDeleted& event, Timestamp at);
  void on(const PersonLinked& event, Timestamp at);
  void on(const PersonMerged& event, Timestamp at);
  void on(const PersonUnmerged& event, Timestamp at);
  void on(const PersonErased& event, Timestamp at);

  std::optional<Ordinal> find(const PersonId& id) const { return index_.find(id, ids); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(ids.size()); }

  std::vector<PersonId> ids;
  std::vector<std::uint8_t> there;
  std::vector<std::uint8_t> active;
  std::vector<LifecycleStage> stage;
  std::vector<UserId> owner;
  std::vector<OrganizationMark> organization;  ///< also of one that has been deleted
  std::vector<KeySets::Number> metadata_keys;
  std::vector<Timestamp> created_at;
  std::vector<Timestamp> updated_at;
  KeySets key_sets;

 private:
  void add(const PersonId& id, const KeySets::Set& keys);
  void hide(std::size_t row);
  void change_keys(std::size_t row, const KeySets::Set& keys);

  const OrganizationTable& organizations_;
  OrdinalIndex<PersonId> index_;
};

/// Invitations by id, which are dense from 1.
class InvitationTable {
 public:
  struct Row {
    bool known = false;
    bool open = false;
    Timestamp expires_at;
    std::optional<Digest128> email_digest;
    bool active_at(Timestamp now) const { return open && now < expires_at; }
  };
  void load(const InvitationRow& row);
  /// `open` counts the open ones of all platforms.
  void issued(InvitationId id, Timestamp expires_at, const std::optional<Digest128>& email_digest);
  void closed(InvitationId id);
  void forget_email(InvitationId id) { row_of(id).email_digest.reset(); }

  std::vector<Row> rows;  ///< the first is invitation 1
  std::uint64_t open = 0;

 private:
  Row& row_of(InvitationId id);
};

/// Everything in memory of one platform, under one lock.
struct PlatformTables {
  mutable TurnLock lock;
  Position applied;  ///< the last position that the tables hold
  OrganizationTable organizations;
  PersonTable persons{organizations};
  InvitationTable invitations;
};

}  // namespace annals
