#pragma once

#include "real_directory.hpp"

/// Events that this program does not know, in a log whose chain is good: as a newer one would leave them.
namespace annals::test {

/// Appends one commit, which ends with an event of an unknown type behind `known` events; its frame.
inline CommitFrame append_undecodable(Store& store, PlatformId platform, std::size_t known = 0) {
  constexpr std::string_view kKnown = OrganizationDeleted::type;
  constexpr std::string_view kUnknown = "OrganizationTeleprt";  // as long
  static_assert(kKnown.size() == kUnknown.size());
  const auto head = store.log().head(platform);
  Commit commit;
  commit.header.frame = {platform, Position{head.position.value + 1}, static_cast<std::uint32_t>(known + 1), head.hash};
  for (std::size_t i = 0; i <= known; ++i) {
    RecordedEvent recorded;
    recorded.id = EventId(random_uuid());
    recorded.event = OrganizationDeleted{OrganizationId(random_uuid())};
    recorded.stream = stream_of(recorded.event);
    recorded.version = StreamVersion{1};
    recorded.recorded_at = clock_now();
    commit.events.push_back(std::move(recorded));
  }
  CommitRecord record{commit.header.frame, encode_commit(commit, store.sealer())};
  record.bytes.replace(record.bytes.rfind(kKnown), kKnown.size(), kUnknown);
  record.hash = sha256(record.bytes);
  const PlatformAppend part{platform, head, {record}};
  REQUIRE(store.log().append({&part, 1}, *store.views().overlay()) == AppendStatus::appended);
  return record.frame;
}

}  // namespace annals::test
