#include "events/commit.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "events/event_codec.hpp"
#include "events/event_types.hpp"

namespace annals {
namespace {

/// What follows the frame. On disk; never change.
constexpr std::uint8_t kHasCausation = 1;
constexpr std::uint8_t kHasIdempotency = 2;
constexpr std::uint8_t kKnownFlags = kHasCausation | kHasIdempotency;

void write_header(ByteWriter& out, const CommitHeader& header) {
  const auto flags = (header.causation ? kHasCausation : 0) | (header.idempotency ? kHasIdempotency : 0);
  out.u8(static_cast<std::uint8_t>(flags));
  out.raw(header.correlation.view());
  if (header.causation) out.raw(header.causation->view());
  out.varint(header.actor.user.value);
  out.varint(header.actor.key_platform.value);
  out.varint(header.actor.key.value);
  if (header.idempotency) {
    out.raw(as_view(header.idempotency->key));
    out.raw(as_view(header.idempotency->request));
    out.u16(header.idempotency->status);
  }
}

CommitHeader read_header(ByteReader& in) {
  CommitHeader header;
  header.frame = CommitFrame::decode(in);
  if (header.frame.count > std::numeric_limits<std::uint64_t>::max() - header.frame.first.value) {
    throw DecodeError("positions beyond the last number");
  }
  const auto flags = in.u8();
  if ((flags & ~kKnownFlags) != 0) throw DecodeError("unknown flags " + std::to_string(flags));
  header.correlation.bytes = in.array<16>();
  if ((flags & kHasCausation) != 0) header.causation.emplace().bytes = in.array<16>();
  header.actor.user.value = in.varint();
  header.actor.key_platform.value = in.varint();
  header.actor.key.value = in.varint();
  if ((flags & kHasIdempotency) != 0) {
    auto& mark = header.idempotency.emplace();
    mark.key = in.array<32>();
    mark.request = in.array<32>();
    mark.status = in.u16();
  }
  return header;
}

void write_recorded(std::string& out, const RecordedEvent& recorded, PlatformId platform, const Sealer& sealer) {
  std::visit(
      [&]<class E>(const E& event) {
        ByteWriter writer(out);
        writer.raw(recorded.id.view());
        writer.text(E::type);
        writer.varint(E::schema);  // not recorded.schema: the event is in the current shape
        writer.text(recorded.stream);
        writer.varint(recorded.version.value);
        write_value(out, recorded.recorded_at);
        write_event(out, event, {platform, recorded.stream, recorded.version, E::type}, sealer);
      },
      recorded.event);
}

void read_body(ByteReader& in, std::string_view type, PlatformId platform, const Sealer& sealer,
               RecordedEvent& recorded) {
  const auto schema = in.varint();
  if (schema > std::numeric_limits<std::uint16_t>::max()) throw DecodeError("schema " + std::to_string(schema));
  recorded.schema = static_cast<std::uint16_t>(schema);
  recorded.stream = in.text();
  recorded.version.value = in.varint();
  read_value(in.raw(8), recorded.recorded_at);
  const auto reader = event_reader(type, recorded.schema);
  const auto stored =
      read_stored_event(in, recorded.schema, {platform, recorded.stream, recorded.version, type}, sealer);
  in.expect_end();
  reader(stored, recorded.event);
}

void read_recorded(ByteReader in, PlatformId platform, Position position, const Sealer& sealer,
                   RecordedEvent& recorded) {
  std::string_view type = "unnamed";
  try {
    recorded.id.bytes = in.array<16>();
    type = in.text();
    read_body(in, type, platform, sealer, recorded);
  } catch (const DecodeError& error) {
    throw UndecodableEvent(position, "event at position " + std::to_string(position.value) + " (" +
                                         std::string(type.substr(0, 64)) + "): " + error.what());
  }
}

void require_room(const std::string& record) {
  if (record.size() <= kCommitBytesMax) return;
  throw std::length_error("a commit over " + std::to_string(kCommitBytesMax) + " bytes");
}

}  // namespace

std::string encode_commit(const Commit& commit, const Sealer& sealer) {
  if (commit.events.empty()) throw std::logic_error("a commit without events");
  std::string record;
  record.reserve(1024 + 512 * std::min<std::size_t>(commit.events.size(), 64));
  ByteWriter out(record);
  auto frame = commit.header.frame;
  frame.count = static_cast<std::uint32_t>(commit.events.size());
  frame.encode(out);
  write_header(out, commit.header);
  for (const auto& recorded : commit.events) {
    write_behind_length(record, [&] { write_recorded(record, recorded, frame.platform, sealer); });
    require_room(record);
  }
  return record;
}

Commit decode_commit(std::string_view record, const Sealer& sealer) {
  if (record.size() > kCommitBytesMax) throw DecodeError("a commit over " + std::to_string(kCommitBytesMax) + " bytes");
  ByteReader in(record);
  Commit commit;
  commit.header = read_header(in);
  const auto& frame = commit.header.frame;
  commit.events.reserve(std::min<std::size_t>(frame.count, 256));  // the count may lie
  for (std::uint32_t i = 0; i < frame.count; ++i) {
    read_recorded(ByteReader(in.text()), frame.platform, Position{frame.first.value + i}, sealer,
                  commit.events.emplace_back());
  }
  in.expect_end();
  return commit;
}

}  // namespace annals
