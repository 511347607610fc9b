#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/commit_frame.hpp"
#include "core/sealing.hpp"
#include "core/time.hpp"
#include "events/event.hpp"

namespace annals {

/// Who did it. User 0: the server itself. The key's platform is named because a superuser's key works on others.
struct Actor {
  UserId user;
  PlatformId key_platform;
  KeyId key;  ///< 0: no key
  bool operator==(const Actor&) const = default;
};

/// Remembers that a request with an Idempotency-Key was answered by this commit.
struct IdempotencyMark {
  Digest key{};      ///< DigestPurpose::idempotency_key of user ‖ key
  Digest request{};  ///< DigestPurpose::idempotency_request of the request
  std::uint16_t status = 0;
  bool operator==(const IdempotencyMark&) const = default;
};

struct CommitHeader {
  CommitFrame frame;  ///< `count` follows from the events
  CorrelationId correlation;
  std::optional<EventId> causation;
  Actor actor;
  std::optional<IdempotencyMark> idempotency;
  bool operator==(const CommitHeader&) const = default;
};

struct RecordedEvent {
  EventId id;
  std::string stream;
  StreamVersion version;
  Timestamp recorded_at;
  std::uint16_t schema = 0;  ///< as stored; `event` is in the current shape whatever it says
  Event event;
  bool operator==(const RecordedEvent&) const = default;
};

struct Commit {
  CommitHeader header;
  std::vector<RecordedEvent> events;  ///< none: it is in quarantine, and its positions are passed over
  bool operator==(const Commit&) const = default;
  Position position_of(std::size_t index) const { return Position{header.frame.first.value + index}; }
  Position last() const { return events.empty() ? header.frame.last() : position_of(events.size() - 1); }
};

/// An event that this program cannot read: of a type or a schema version that it does not know, or ill-formed.
struct UndecodableEvent : DecodeError {
  UndecodableEvent(Position where, const std::string& why) : DecodeError(why), position(where) {}
  Position position;
};

/// The record as it goes to disk, beginning with the frame (count set from the events). Sealed parts are sealed with
/// fresh nonces, so two encodings differ. Every event is written in the current schema. Throws std::length_error over
/// kCommitBytesMax, std::out_of_range for a time outside the years 0001 to 9999, std::logic_error without events or for
/// a sealed part without data.
std::string encode_commit(const Commit& commit, const Sealer& sealer);

/// Reads a record, bringing old schema versions to the current shape. Throws UndecodableEvent, and DecodeError for what
/// stands around the events. Erased parts come without data.
Commit decode_commit(std::string_view record, const Sealer& sealer);

/// The event's data as one JSON object: plain and personal fields together; personal ones null, beside
/// `"erased": true`, once their key is gone.
std::string data_json(const Event& event);

/// Names that are joined when an event is shown, never stored in it.
struct EventNames {
  std::string_view platform_key;
  std::optional<std::string> actor_username;
};

/// One event as the feed and `replay` show it:
/// {position, platform, platform_key, stream, version, type, schema, id, recorded_at, actor: {user, username, key},
///  correlation_id, causation_id, data, hash}; `hash` is its commit's, in hex.
std::string event_json(const Commit& commit, std::size_t index, const Digest& commit_hash, const EventNames& names);

}  // namespace annals
