#include "app/event_feed.hpp"

#include <algorithm>
#include <unordered_map>

#include "app/quarantined_events.hpp"
#include "events/commit.hpp"
#include "projections/commit_reading.hpp"

namespace annals {
namespace {

/// What the feed calls an event in quarantine; no event's type.
constexpr std::string_view kQuarantinedType = "quarantined";

bool names(const std::vector<std::string>& wanted, std::string_view name) {
  return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
}

/// One reading: takes commits until it has enough.
class Reading {
 public:
  Reading(const Queries& queries, PlatformId platform, const EventFilter& filter, Position after,
          const EventLimits& limits)
      : queries_(queries),
        platform_key_(queries.platform_key(platform).value_or(std::string())),
        filter_(filter),
        limits_(limits),
        found_{{}, after} {}

  void take(const Commit& commit, const Digest& hash) {
    const EventNames shown_names{platform_key_, username(commit.header.actor.user)};
    for (std::size_t i = 0; i < commit.events.size() && !full(); ++i) {
      const auto position = commit.position_of(i);
      if (position <= found_.seen) continue;
      found_.seen = position;
      const auto& recorded = commit.events[i];
      const auto type = type_of(recorded.event);
      if (!names(filter_.types, type) || !names(filter_.streams, recorded.stream)) continue;
      found_.events.push_back({position, type, event_json(commit, i, hash, shown_names)});
      bytes_ += found_.events.back().json.size();
    }
    ++commits_;
  }

  /// Whatever types and streams are wanted: which its events are of cannot be told.
  void take_quarantined(const CommitRecord& record, const Sealer& sealer) {
    for (auto at = record.frame.first; at <= record.frame.last() && !full(); ++at.value) {
      if (at <= found_.seen) continue;
      found_.seen = at;
      found_.events.push_back({at, kQuarantinedType, quarantined_event_json(record, at, platform_key_, sealer)});
      bytes_ += found_.events.back().json.size();
    }
    ++commits_;
  }

  bool enough() const { return full() || commits_ >= limits_.commits_max || bytes_ >= limits_.bytes_enough; }
  Position seen() const { return found_.seen; }
  EventsRead found() && { return std::move(found_); }

 private:
  bool full() const { return found_.events.size() >= limits_.events_max || bytes_ >= limits_.bytes_max; }

  const std::optional<std::string>& username(UserId user) {
    const auto known = usernames_.find(user);
    if (known != usernames_.end()) return known->second;
    return usernames_.emplace(user, queries_.username(user)).first->second;
  }

  const Queries& queries_;
  const std::string platform_key_;
  const EventFilter& filter_;
  const EventLimits& limits_;
  EventsRead found_;
  std::unordered_map<UserId, std::optional<std::string>> usernames_;
  std::size_t commits_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

std::expected<EventsRead, UnreadableEvent> LogEventFeed::read(PlatformId platform, const EventFilter& filter,
                                                              Position after, Position until,
                                                              const EventLimits& limits) const {
  Reading reading(queries_, platform, filter, after, limits);
  try {
    const auto cursor = after < until ? log_.read(platform, Position{after.value + 1}) : nullptr;
    while (!reading.enough() && reading.seen() < until) {
      const auto record = cursor->next();
      if (!record) break;
      if (record->quarantined) {
        reading.take_quarantined(*record, sealer_);
      } else {
        reading.take(read_commit(*record, sealer_), record->hash);
      }
    }
  } catch (const LogDamage& damage) {
    if (reading.seen() == after) return std::unexpected(UnreadableEvent{damage.position, damage.why});
  }
  return std::move(reading).found();
}

}  // namespace annals
