#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "projections/access_table.hpp"
#include "projections/key_uses.hpp"
#include "projections/left_right.hpp"
#include "projections/lists.hpp"
#include "projections/projections.hpp"
#include "projections/tables.hpp"
#include "projections/upkeep.hpp"

namespace annals {

/// The tables in memory and the queries over them. What is not in memory is read from the views: by lists from a
/// snapshot that holds the same commits as the tables, else from the newest ones.
class TableProjections : public LiveProjections {
 public:
  TableProjections(ByteStore& store, const Digester& digester, std::uint64_t record_bytes_max)
      : store_(store), digester_(digester), record_bytes_max_(record_bytes_max) {}

  void load(std::span<const PlatformId> platforms,
            const std::function<void(std::uint64_t, std::uint64_t)>& progress) override;
  void publish(std::span<const Commit* const> commits) override;
  bool adopt(LiveProjections& rebuilt, const std::function<bool()>& show_views) override;
  bool save_key_uses() override { return key_uses_.save(store_); }
  std::uint64_t active_invitations() const override { return active_invitations_.load(std::memory_order_relaxed); }

  Result<RecordReading> reading(PlatformId platform) const override {
    return RecordReading{
        platform, store_.snapshot(), {}, {&store_, &digester_, [this, platform] { return tables_of(platform); }}};
  }
  std::shared_ptr<const KnownCaller> caller(const Digest& secret_sha256, Timestamp now) const override;
  bool still_holds(const KnownCaller& known, Timestamp now) const override;
  Grants grants(PlatformId platform, UserId user, Timestamp now) const override;
  std::optional<PlatformId> platform_with_key(std::string_view key) const override;
  std::optional<std::string> platform_key(PlatformId platform) const override;
  std::optional<std::string> username(UserId user) const override;
  Position served_position(PlatformId platform) const override;
  void on_served(std::function<void(PlatformId)> moved) const override;
  bool person_exists(PlatformId platform, PersonId id) const override;
  bool person_known(PlatformId platform, PersonId id) const override;
  std::optional<ShownErasure> erasure(PlatformId platform, PersonId id) const override;
  bool organization_exists(PlatformId platform, OrganizationId id) const override;
  std::optional<ShownRecord> person(PlatformId platform, PersonId id) const override;
  std::optional<ShownRecord> organization(PlatformId platform, OrganizationId id) const override;
  Result<Page> persons(PlatformId platform, const PersonFilter& filter, const PageRequest& page) const override;
  Result<Page> organizations(PlatformId platform, const OrganizationFilter& filter,
                             const PageRequest& page) const override;
  bool takes_long(PlatformId platform, const PersonFilter& filter) const override;
  bool takes_long(PlatformId platform, const OrganizationFilter& filter) const override;
  std::unique_ptr<RecordStream> stream_persons(PlatformId platform, const PersonFilter& filter) const override;
  std::unique_ptr<RecordStream> stream_organizations(PlatformId platform,
                                                     const OrganizationFilter& filter) const override;
  Result<Page> invitations(PlatformId platform, const InvitationFilter& filter, const PageRequest& page,
                           Timestamp now) const override;
  Result<FoundRecords> search(PlatformId platform, const SearchRequest& request, Timestamp now) const override;
  Result<std::string> overview(PlatformId platform, const OverviewRequest& request, Timestamp now) const override;
  bool active_invitation_exists(std::optional<PlatformId> platform, std::string_view email,
                                Timestamp now) const override;
  std::optional<OpenInvitation> open_invitation(PlatformId platform, std::string_view email,
                                                Timestamp now) const override;
  std::optional<ShownRecord> user(UserId id) const override;
  std::vector<std::string> platforms_of(UserId user, bool all, Timestamp now) const override;
  Result<Page> members(PlatformId platform, std::string_view query, const PageRequest& page,
                       Timestamp now) const override;
  std::vector<std::string> api_keys(PlatformId platform, std::optional<UserId> user) const override;
  std::optional<UserId> api_key_owner(PlatformId platform, std::string_view name) const override;
  std::vector<std::string> roles(PlatformId platform) const override;
  std::optional<ShownRecord> role(PlatformId platform, RoleId id) const override;
  std::vector<std::string> policies(PlatformId platform) const override;
  std::optional<ShownRecord> policy(PlatformId platform, PolicyId id) const override;
  std::vector<std::string> webhooks(PlatformId platform) const override;
  std::optional<ShownRecord> webhook(PlatformId platform, WebhookId id) const override;
  std::optional<ShownRecord> notifications(PlatformId platform) const override;
  std::optional<KeptAnswer> kept_answer(PlatformId platform, const Digest& key, Timestamp now) const override;

 private:
  using Tables = std::unordered_map<PlatformId, std::shared_ptr<PlatformTables>>;

  std::shared_ptr<PlatformTables> tables_of(PlatformId platform) const;  ///< an empty one for an unknown platform
  std::shared_ptr<PlatformTables> make_tables_of(PlatformId platform);
  std::vector<PlatformId> platform_ids() const;
  std::vector<std::shared_ptr<PlatformTables>> all_tables() const;
  bool take_tables(TableProjections& rebuilt, const std::function<bool()>& show_views);
  void publish_rows(PlatformId platform, std::span<const Commit* const> commits);
  void publish_access(std::span<const Commit* const> commits);
  void tell_served(PlatformId platform) const;
  bool keep_up();
  bool keep_to_budget();
  ListContext list_context(PlatformId platform) const;
  std::string key_name_of(PlatformId platform) const { return platform_key(platform).value_or(std::string()); }
  bool active_invitation_in(PlatformId platform, std::string_view email, Timestamp now) const;

  ByteStore& store_;
  const Digester& digester_;
  const std::uint64_t record_bytes_max_;
  std::shared_ptr<RecordBudget> budget_ = std::make_shared<RecordBudget>(record_bytes_max_);
  LeftRight<AccessTable> access_;
  std::atomic<std::uint64_t> access_version_ = 1;  ///< counts the changes of access_, each after it can be read
  mutable KeyUses key_uses_;
  mutable TurnLock tables_lock_;
  Tables tables_;
  std::atomic<std::uint64_t> active_invitations_ = 0;
  mutable std::mutex served_mutex_;
  mutable std::function<void(PlatformId)> served_moved_;
  Upkeep upkeep_{[this] { return keep_up(); }};  ///< last: its thread uses the others
};

}  // namespace annals
