#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/api.hpp"
#include "support/memory_backend.hpp"

namespace annals::test {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// An answer as the transport would get it.
struct Reply {
  http::Response response;
  unsigned status() const { return response.status; }
  std::string body() const { return response.shared_body ? *response.shared_body : response.body; }
  /// Empty without one.
  std::string header(std::string_view name) const;
  /// The JSON text of a member of the body; `results.0.name` reaches in. Empty when there is none.
  std::string at(std::string_view path) const;
  std::string text(std::string_view path) const { return json_string(at(path)); }
};

/// The pieces of a streamed body, each asked for once the one before was taken.
std::vector<std::string> pieces_of(const Reply& reply);
/// The same in one, of a body that ends.
std::string streamed_text(const Reply& reply);

std::string json_at(std::string_view json, std::string_view path);

/// Signs one and the same head for everybody.
struct FixedNotary : Notary {
  SignedHead sign(PlatformId platform, std::string_view platform_key, Timestamp now) const override;
  Digest hash_at(PlatformId platform, Position position) const override;
};

/// No record has a history; of every person that there is the same is kept. Every log ends at position 40, in commits
/// of ten events from 1970-01-02 on, recorded at `kRecordedAt`; the records as of then are those of `now`.
struct FixedHistories : Histories {
  static constexpr Timestamp kRecordedAt{std::chrono::hours(24 * 365 * 120)};  ///< when no invitation is active

  explicit FixedHistories(const RecordQueries& records) : now(records) {}
  std::optional<std::string> of(PlatformId platform, PersonId person) const override;
  std::optional<std::string> of(PlatformId platform, OrganizationId organization) const override;
  std::optional<std::string> of(PlatformId platform, DealId deal) const override;
  std::optional<std::string> bundle_of(PlatformId platform, PersonId person, Timestamp now) const override;
  std::vector<Position> invitations_erased_at(PlatformId platform, Position erasure) const override;
  Moment moment(PlatformId platform, Position position) const override;
  Moment moment(PlatformId platform, Timestamp at) const override;
  std::shared_ptr<const RecordQueries> records_as_of(Position position) const override;

  const RecordQueries& now;
  std::vector<Position> invitations_erased;
  mutable PlatformId last_platform;  ///< whose moment was asked for
  mutable Timestamp last_time;       ///< that was asked for
};

/// Every platform has one stored snapshot, ready at position 42, with the file `persons.csv`, if any.
struct FixedSnapshots : Snapshots {
  std::vector<ShownSnapshot> list(PlatformId platform) const override;
  std::optional<ShownSnapshot> find(PlatformId platform, Position position) const override;
  SnapshotResult<ShownSnapshot> create(PlatformId platform, std::string_view platform_key, SnapshotFormat format,
                                       std::optional<Position> at) override;
  bool remove(PlatformId platform, Position position) override;
  std::optional<std::filesystem::path> file(PlatformId platform, Position position,
                                            std::string_view name) const override;
  SnapshotResult<std::string> diff(PlatformId platform, Position from, Position to,
                                   std::size_t changes_max) const override;

  std::optional<SnapshotRefusal> refusal;  ///< of whatever is created or compared
  std::filesystem::path stored_file;       ///< what `persons.csv` is
  std::string wish;                        ///< of the last creation: `<platform key> <format> <at>`
};

/// Every platform has one mail on its way, that of invitation 5; that of invitation 6 cannot be sent.
struct FixedOutbox : MailOutbox {
  Result<Page> list(PlatformId platform, std::string_view platform_key, const PageRequest& page,
                    Timestamp now) const override;
  Result<std::string> resend(PlatformId platform, std::string_view platform_key, InvitationId invitation,
                             Timestamp now) override;
  std::vector<std::string> resent;  ///< `<platform key> <invitation>`
};

/// Of every webhook the delivery of the event at 12 is known. A ping comes back at once, unless there are too many.
struct FixedDeliveries : WebhookDeliveries {
  std::vector<std::string> recent(PlatformId platform, WebhookId webhook) const override;
  Result<std::string> redeliver(PlatformId platform, WebhookId webhook, Position event) override;
  Result<void> ping(PlatformId platform, WebhookId webhook, const std::function<Told()>& begun) override;
  std::vector<std::string> redelivered;  ///< `<webhook> <position>`
  bool too_many_pings = false;
};

/// Has an event at every position; an even one is a PersonUpdated, an odd one a PersonCreated. Throws, or cannot read
/// on, where it is told to.
struct ScriptedFeed : EventFeed {
  std::expected<EventsRead, UnreadableEvent> read(PlatformId platform, const EventFilter& filter, Position after,
                                                  Position until, const EventLimits& limits) const override;
  std::optional<Position> unreadable;
  bool broken = false;
};

/// Runs from the moment it is started until a test says how it went.
struct ScriptedRebuilds : Rebuilds {
  std::expected<RebuildState, RebuildState> start() override;
  RebuildState state() const override { return now; }
  RebuildState now;
};

/// The resources over a backend in memory. Requests are built as the transport builds them.
class Rig {
 public:
  explicit Rig(http::ApiOptions options = {});

  /// With the admin's key unless `headers` has an Authorization; an empty one is not sent at all.
  Reply send(std::string_view method, std::string_view target, std::string_view body = {}, HeaderList headers = {});
  Reply get(std::string_view target, HeaderList headers = {}) { return send("GET", target, {}, std::move(headers)); }
  Reply post(std::string_view target, std::string_view json, HeaderList headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    return send("POST", target, json, std::move(headers));
  }
  Reply put(std::string_view target, std::string_view json, HeaderList headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    return send("PUT", target, json, std::move(headers));
  }
  Reply patch(std::string_view target, std::string_view json, HeaderList headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    return send("PATCH", target, json, std::move(headers));
  }

  /// A fresh person's or organization's id.
  std::string person(std::string_view json);
  std::string organization(std::string_view name);
  /// A header list with the key of a new member of `main` with these roles.
  HeaderList member_key(const std::string& username, const std::vector<std::string>& roles, bool is_admin = false);

  MemoryBackend backend;
  FixedHistories histories{backend.queries()};
  FixedSnapshots snapshots;
  FixedOutbox outbox;
  FixedDeliveries deliveries;
  http::ConnectionNotes connection;  ///< all requests come over one
  bool body_too_large = false;       ///< of the next requests
  std::string remote_address = "192.0.2.7";
  std::string scheme = "https";
  std::string host = "crm.example";
  ScriptedFeed feed;
  ScriptedRebuilds rebuilds;

  http::RequestHandler& api() { return *api_; }

 private:
  class SilentMetrics;
  std::unique_ptr<http::Metrics> metrics_;
  FixedNotary notary_;
  std::unique_ptr<http::RequestHandler> api_;
};

inline HeaderList with_key(const std::string& key) {
  return {{"Authorization", "Api-Token " + key}};
}

}  // namespace annals::test
