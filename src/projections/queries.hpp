#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access.hpp"
#include "core/outcome.hpp"
#include "core/problem.hpp"
#include "core/time.hpp"
#include "events/event.hpp"

/// What can be asked of the projections. All functions are safe on any thread.
namespace annals {

class ByteStore;
class Digester;
struct PlatformTables;
class RecordQueries;
class ViewReader;

/// One record, ready to send.
struct ShownRecord {
  std::string json;
  std::string etag;  ///< quoted: the stream version, and a digest of what was joined from other records
  StreamVersion version;
};

/// What is known of an erasure.
struct ShownErasure {
  Position position;
  Timestamp at;
  UserId by;                     ///< 0: the server itself
  std::string reason;            ///< blank: none was given
  std::vector<Position> events;  ///< all that the person's stream ever held, the erasure last
};

enum class PersonOrder { created_at, updated_at, name, lifecycle_stage, primary_email, job_title };
enum class OrganizationOrder { created_at, updated_at, name };

struct PersonFilter {
  std::optional<LifecycleStage> lifecycle_stage;
  std::optional<UserId> owner;
  std::optional<bool> owner_isnull;
  std::optional<OrganizationId> organization;
  std::optional<bool> active;
  std::optional<Timestamp> created_at_gte;  ///< inclusive
  std::optional<Timestamp> created_at_lte;  ///< inclusive
  std::optional<std::string> metadata_has_key;
  std::vector<TagId> tags;  ///< any of them; empty: no matter which
  std::string search;       ///< substring, case-folded: name, primary email, job title, unique id; empty: none
  PersonOrder order = PersonOrder::created_at;
  bool descending = true;
};

struct OrganizationFilter {
  std::optional<UserId> owner;
  std::optional<bool> owner_isnull;
  std::string name;         ///< substring, case-folded; empty: none
  std::string search;       ///< the same, of the name
  std::vector<TagId> tags;  ///< any of them; empty: no matter which
  OrganizationOrder order = OrganizationOrder::created_at;
  bool descending = true;
};

struct PageRequest {
  std::uint64_t page = 1;
  std::uint64_t page_size = 50;
  std::optional<Ordinal> before;  ///< hides records with this ordinal and newer ones
};

struct Page {
  std::uint64_t count = 0;
  std::string results = "[]";  ///< the records, one JSON array
  Ordinal before;              ///< hides what was created after this answer; goes into `next`
};

/// What is searched for in the texts of persons, organizations and deals; those that are not asked for stay empty.
struct SearchRequest {
  std::string text;          ///< not empty
  std::uint64_t limit = 10;  ///< of each
  bool persons = false;
  bool organizations = false;
  bool deals = false;
};
struct FoundRecords {
  std::optional<std::string> persons;  ///< one JSON array each; nullopt: not asked for
  std::optional<std::string> organizations;
  std::optional<std::string> deals;
};

/// What an overview shows; what is not asked for is left out.
struct OverviewRequest {
  std::optional<PipelineId> pipeline;  ///< nullopt: all of them, and the stages of the default one
  std::optional<Day> start;            ///< of the period; nullopt: since ever
  Day end;                             ///< inclusive
  bool persons = false;
  bool organizations = false;
  bool deals = false;
  bool activities = false;
};

/// Records one after the other, as the API sends them.
class RecordStream {
 public:
  virtual ~RecordStream() = default;
  /// JSON each; none: there are no more.
  virtual std::vector<std::string> next() = 0;
};

struct InvitationFilter {
  std::optional<bool> active;
  std::string email;  ///< equal but for ASCII case; empty: none
  bool newest_first = true;
};

struct OpenInvitation {
  InvitationId id;
  EventId issued;  ///< the id of its InvitationIssued
  std::string email;
  std::string redirect_to;    ///< blank: none
  std::string inviter;        ///< the name, or else the username, of who invited; blank: the server itself
  std::string platform_name;  ///< of where to
  bool has_account = false;   ///< somebody has the address already
};

class KeyUse;

/// Whom a key speaks for, to be kept and asked about again: Queries::still_holds.
struct KnownCaller : Caller {
  Timestamp until = Timestamp::max();  ///< when the key or the membership ends
  std::uint64_t access_version = 0;    ///< of all that says who may do what
  KeyUse* use = nullptr;               ///< lives as long as the projections
};

/// The views of one moment, for what projections/kinds reads of them.
struct RecordReading {
  PlatformId platform;
  std::shared_ptr<const ViewReader> views;
  Timestamp now{};  ///< what is overdue or stale is so at this time; for whoever asks to say
  /// What is in memory of the records, which goes on with every commit: projections/kinds/kind_table.hpp.
  struct Live {
    const ByteStore* store = nullptr;
    const Digester* digester = nullptr;
    std::function<std::shared_ptr<PlatformTables>()> tables;
  } live;
  /// Of a past that is now: its position, and what gives it when it is now no longer. Neither outlives what made it.
  std::optional<Position> until{};
  std::function<Result<std::shared_ptr<const RecordQueries>>()> then{};
  std::shared_ptr<const void> kept{};  ///< what the views and `live` belong to, when this is all that keeps it
};

/// The records of platforms, one by one and in lists, as they stand at one moment.
class RecordQueries {
 public:
  virtual ~RecordQueries() = default;

  /// For the kinds of events/record_kinds.hpp: projections/kinds/kind_queries.hpp. Problems of lists.
  virtual Result<RecordReading> reading(PlatformId platform) const = 0;

  virtual std::optional<ShownRecord> person(PlatformId platform, PersonId id) const = 0;
  virtual std::optional<ShownRecord> organization(PlatformId platform, OrganizationId id) const = 0;
  /// Problem: invalid_page past the end.
  virtual Result<Page> persons(PlatformId platform, const PersonFilter& filter, const PageRequest& page) const = 0;
  virtual Result<Page> organizations(PlatformId platform, const OrganizationFilter& filter,
                                     const PageRequest& page) const = 0;
  /// Whether such a list may take longer than an I/O thread should be kept from its other connections; costs next to
  /// nothing.
  virtual bool takes_long(PlatformId platform, const PersonFilter& filter) const = 0;
  virtual bool takes_long(PlatformId platform, const OrganizationFilter& filter) const = 0;
  /// `now` says which have expired.
  virtual Result<Page> invitations(PlatformId platform, const InvitationFilter& filter, const PageRequest& page,
                                   Timestamp now) const = 0;
  /// projections/search.hpp. `now` says which deals are stale. Problems of lists.
  virtual Result<FoundRecords> search(PlatformId platform, const SearchRequest& request, Timestamp now) const = 0;
  /// One JSON object: projections/overview.hpp. Problems of lists, and not_found without such a pipeline.
  virtual Result<std::string> overview(PlatformId platform, const OverviewRequest& request, Timestamp now) const = 0;
};

/// Everything as it stands now: each function sees every answered write.
class Queries : public RecordQueries {
 public:
  /// Whom a key speaks for, by the SHA-256 of its text; nullptr when unknown, revoked or expired at `now`, or its user
  /// is no active member any more. Waits for no writer. Notes that the key was used.
  virtual std::shared_ptr<const KnownCaller> caller(const Digest& secret_sha256, Timestamp now) const = 0;
  /// Whether `caller` would say the same now, as far as two comparisons can tell; if so, notes that the key was used.
  virtual bool still_holds(const KnownCaller& known, Timestamp now) const = 0;
  /// What the user may do in another platform than the key's: nothing when no active member there.
  virtual Grants grants(PlatformId platform, UserId user, Timestamp now) const = 0;
  virtual std::optional<PlatformId> platform_with_key(std::string_view key) const = 0;
  virtual std::optional<std::string> platform_key(PlatformId platform) const = 0;
  virtual std::optional<std::string> username(UserId user) const = 0;
  /// Up to which position of the platform's log every read sees what it did.
  virtual Position served_position(PlatformId platform) const = 0;
  /// From now on `moved` is called whenever a platform's served position has moved, on the thread that moves it: it
  /// must be quick. There is one at a time; when this returns, the one before is not running and never will.
  virtual void on_served(std::function<void(PlatformId)> moved) const = 0;

  virtual bool person_exists(PlatformId platform, PersonId id) const = 0;
  /// Also of a deleted one; not once it is erased.
  virtual bool person_known(PlatformId platform, PersonId id) const = 0;
  /// nullopt: the person was never erased.
  virtual std::optional<ShownErasure> erasure(PlatformId platform, PersonId id) const = 0;
  virtual bool organization_exists(PlatformId platform, OrganizationId id) const = 0;
  /// All that the filter leaves, the oldest first, in memory a portion at a time: each portion as it is when it is
  /// read, and none that was created later than the first. Does not outlive this; reading takes long.
  virtual std::unique_ptr<RecordStream> stream_persons(PlatformId platform, const PersonFilter& filter) const = 0;
  virtual std::unique_ptr<RecordStream> stream_organizations(PlatformId platform,
                                                             const OrganizationFilter& filter) const = 0;

  /// nullopt as platform: any.
  virtual bool active_invitation_exists(std::optional<PlatformId> platform, std::string_view email,
                                        Timestamp now) const = 0;

  /// What somebody with the secret of this address's open invitation is shown; nullopt: there is none that is active at
  /// `now`, or the invited user is deactivated.
  virtual std::optional<OpenInvitation> open_invitation(PlatformId platform, std::string_view email,
                                                        Timestamp now) const = 0;

  virtual std::optional<ShownRecord> user(UserId id) const = 0;
  /// JSON each: where the user is an active member at `now`, or all.
  virtual std::vector<std::string> platforms_of(UserId user, bool all, Timestamp now) const = 0;
  /// `now` says who is active.
  virtual Result<Page> members(PlatformId platform, std::string_view query, const PageRequest& page,
                               Timestamp now) const = 0;
  /// Keys not revoked, without their secrets; of one user, or of all.
  virtual std::vector<std::string> api_keys(PlatformId platform, std::optional<UserId> user) const = 0;
  virtual std::optional<UserId> api_key_owner(PlatformId platform, std::string_view name) const = 0;
  virtual std::vector<std::string> roles(PlatformId platform) const = 0;
  virtual std::optional<ShownRecord> role(PlatformId platform, RoleId id) const = 0;
  virtual std::vector<std::string> policies(PlatformId platform) const = 0;
  virtual std::optional<ShownRecord> policy(PlatformId platform, PolicyId id) const = 0;
  virtual std::vector<std::string> webhooks(PlatformId platform) const = 0;  ///< newest first, without their secrets
  virtual std::optional<ShownRecord> webhook(PlatformId platform, WebhookId id) const = 0;
  virtual std::optional<ShownRecord> notifications(PlatformId platform) const = 0;

  /// The answer kept for an Idempotency-Key, if any: its request digest and the answer.
  struct KeptAnswer {
    Digest request{};
    Answer answer;
  };
  virtual std::optional<KeptAnswer> kept_answer(PlatformId platform, const Digest& key, Timestamp now) const = 0;
};

}  // namespace annals
