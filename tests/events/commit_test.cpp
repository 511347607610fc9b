#include "events/commit.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "core/crypto.hpp"
#include "events/event_codec.hpp"
#include "events/golden.hpp"
#include "events/golden_sealer.hpp"
#include "support/bare_sealer.hpp"
#include "support/plain_sealer.hpp"

namespace annals::test::commit_test {
namespace {

/// One key for everything, so that only the additional data tells parts apart.
class OneKeySealer : public Sealer {
 public:
  void seal(PlatformId, SlotId, std::string_view additional, std::string_view plain, std::string& out) const override {
    annals::seal(key_, additional, plain, out);
  }
  std::optional<std::string> open(PlatformId, SlotId, std::string_view additional,
                                  std::string_view sealed) const override {
    auto plain = annals::open(key_, additional, sealed);
    if (!plain) throw DecodeError("does not open");
    return plain;
  }

 private:
  Key key_ = random_key();
};

const PersonId kAda(*Uuid::parse("5e83a8cd-f217-4c61-86ab-d0f51a3f6489"));

/// PersonDeleted has one field: the smallest event there is, so that bytes can be counted.
Commit deletion() {
  Commit commit;
  commit.header.frame = {PlatformId{3}, Position{17}, 1, sha256("the commit before")};
  commit.header.correlation = CorrelationId(*Uuid::parse("0f34597e-a3c8-4d12-b75c-81a6cbf0153a"));
  commit.header.actor = {UserId{5}, PlatformId{3}, KeyId{300}};
  const EventId id(*Uuid::parse("7fa4c9ee-1338-4d82-a7cc-f1163b6085aa"));
  commit.events.push_back({id, "person-x", StreamVersion{9}, from_micros(1780582931482913), 1, PersonDeleted{kAda}});
  return commit;
}

constexpr std::size_t kHeader = CommitFrame::kBytes;          // flags, then what they announce
constexpr std::size_t kEvent = kHeader + 1 + 16 + 1 + 1 + 2;  // length of the event
constexpr std::size_t kType = kEvent + 1 + 16;
constexpr std::size_t kSchema = kType + 14;
constexpr std::size_t kRecordedAt = kSchema + 1 + 9 + 1;
constexpr std::size_t kPlain = kRecordedAt + 8;
constexpr std::size_t kPartCount = kPlain + 1 + 18;

std::string changed(std::string record, std::size_t at, char byte) {
  record[at] = byte;
  return record;
}

/// The record with bytes put into its event, whose length is kept right.
std::string put_into_event(std::string record, std::size_t at, std::string_view bytes) {
  record.insert(at, bytes);
  record[kEvent] = static_cast<char>(record[kEvent] + static_cast<char>(bytes.size()));
  return record;
}

void refuses(const std::string& record, const std::string& why) {
  CHECK_THROWS_AS(decode_commit(record, BareSealer()), DecodeError);
  CHECK_THROWS_WITH(decode_commit(record, BareSealer()), Catch::Contains(why));
}

}  // namespace

TEST_CASE("a commit stands as docs/log-format.md says", "[events][codec]") {
  const auto record = encode_commit(deletion(), BareSealer());
  REQUIRE(record.size() == kPartCount + 1);
  const std::string_view bytes(record);
  CHECK(bytes.substr(kHeader, 1) == std::string_view("\0", 1));
  CHECK(bytes.substr(kHeader + 17, 4) == "\x05\x03\xac\x02");
  CHECK(static_cast<std::size_t>(bytes[kEvent]) == record.size() - kEvent - 1);
  CHECK(bytes.substr(kType, 14) == "\x0dPersonDeleted");
  CHECK(bytes.substr(kSchema, 11) == "\x01\x08person-x\x09");
  CHECK(to_hex(bytes.substr(kRecordedAt, 8)) == "21c91f456e530600");
  CHECK(bytes.substr(kPlain, 3) == "\x12\x02\x10");
  CHECK(bytes.substr(kPlain + 3, 16) == kAda.view());
  CHECK(bytes[kPartCount] == '\0');
  CHECK(decode_commit(record, BareSealer()) == deletion());
}

TEST_CASE("causation and idempotency stand when their flag does", "[events][codec]") {
  auto commit = deletion();
  commit.header.causation = EventId(*Uuid::parse("698eb3d8-fd22-476c-91b6-db00254a6f94"));
  const auto with_causation = encode_commit(commit, BareSealer());
  CHECK(with_causation[kHeader] == 1);
  CHECK(std::string_view(with_causation).substr(kHeader + 17, 16) == commit.header.causation->view());
  commit.header.idempotency = IdempotencyMark{sha256("key"), sha256("request"), 0x1234};
  const auto with_both = encode_commit(commit, BareSealer());
  CHECK(with_both[kHeader] == 3);
  CHECK(std::string_view(with_both).substr(kHeader + 37, 66) ==
        std::string(as_view(sha256("key"))) + std::string(as_view(sha256("request"))) + "\x34\x12");
  CHECK(decode_commit(with_both, BareSealer()) == commit);
}

TEST_CASE("the count in the frame is the number of events, whatever the caller left there", "[events][codec]") {
  auto commit = deletion();
  commit.events.push_back(commit.events[0]);
  commit.header.frame.count = 77;
  CHECK(decode_commit(encode_commit(commit, BareSealer()), BareSealer()).header.frame.count == 2);
}

TEST_CASE("an event is written in the current schema, whatever it was stored as", "[events][codec]") {
  auto commit = deletion();
  commit.events[0].schema = 0;
  CHECK(encode_commit(commit, BareSealer()) == encode_commit(deletion(), BareSealer()));
}

TEST_CASE("a commit that is not exactly as written is refused", "[events][codec]") {
  const auto record = encode_commit(deletion(), BareSealer());
  refuses(changed(record, 0, 2), "format 2");
  refuses(changed(record, 18, 0), "without events");
  refuses(changed(record, 18, 2), "ends too early");
  refuses(record + "x", "behind the end");
  refuses(changed(record, kHeader, 4), "unknown flags 4");
  refuses(changed(record, kEvent, record[kEvent] - 1), "position 17");
  refuses(changed(record, kType + 1, 'Q'),
          "QersonDeleted): an event of schema 1 whose type this program does not know");
  refuses(changed(record, kRecordedAt + 7, 0x7f), "outside the years");
  refuses(changed(record, kPartCount, 1), "position 17 (PersonDeleted): ends too early");
  refuses(put_into_event(record, record.size(), "x"), "behind the end");
  std::string last_positions = record;
  for (std::size_t at = 10; at < 18; ++at) last_positions[at] = '\xff';
  refuses(last_positions, "beyond the last number");
}

TEST_CASE("a newer schema is refused by name", "[events][codec]") {
  const auto record = encode_commit(deletion(), BareSealer());
  refuses(changed(record, kSchema, 2), "PersonDeleted of schema 2: this program knows schemas 1 to 1");
  refuses(changed(record, kSchema, 0), "PersonDeleted of schema 0: this program knows");
  auto wide = put_into_event(changed(record, kSchema, '\x81'), kSchema + 1, "\x80\x04");
  refuses(wide, "schema 65537");
}

TEST_CASE("sealed parts that the event does not have are refused", "[events][codec]") {
  const auto record = encode_commit(deletion(), BareSealer());
  const auto with_parts = [&](char count, std::string_view parts) {
    return put_into_event(changed(record, kPartCount, count), kPartCount + 1, parts);
  };
  refuses(with_parts(1, std::string_view("\x02\x07\x00", 3)), "unknown sealed part 2");
  refuses(with_parts(1, std::string_view("\x00\x07\x00", 3)), "sealed part 0 twice or out of order");
  refuses(with_parts(2, std::string_view("\x02\x07\x00\x02\x07\x00", 6)), "sealed part 2 twice or out of order");
  refuses(with_parts(2, std::string_view("\x03\x07\x00\x02\x07\x00", 6)), "sealed part 2 twice or out of order");
  refuses(with_parts(1, std::string_view("\x02\x07\x05", 3)), "ends too early");
}

TEST_CASE("a sealed part that must be there is missed", "[events][codec]") {
  Commit commit = deletion();
  const RoleCreated role{RoleId{4}, true, {SlotId{6}, RoleDetails{"Auditor", {"Audit/read"}}}};
  commit.events[0].event = role;
  commit.events[0].stream = "role-4";
  auto record = encode_commit(commit, BareSealer());
  const auto part = record.rfind("\x03\x06");  // number 3, slot 6
  REQUIRE(part != std::string::npos);
  const auto removed = record.size() - part;
  record.resize(part);
  record[part - 1] = 0;
  record[kEvent] = static_cast<char>(record[kEvent] - static_cast<char>(removed));
  refuses(record, "sealed part 3 is missing");
}

TEST_CASE("a record cut off anywhere is refused", "[events][codec]") {
  for (const auto& golden : golden_records()) {
    INFO(golden.type);
    for (std::size_t size = 0; size < golden.record.size(); ++size) {
      INFO("cut to " << size << " of " << golden.record.size() << " bytes");
      REQUIRE_THROWS_AS(decode_commit(std::string_view(golden.record).substr(0, size), GoldenSealer()), DecodeError);
    }
  }
}

TEST_CASE("a sealed part opens only where it was sealed", "[events][sealing]") {
  const OneKeySealer sealer;
  const EventPlace place{PlatformId{3}, "role-4", StreamVersion{2}, "RoleCreated"};
  std::string bytes;
  write_event(bytes, RoleCreated{RoleId{4}, true, {SlotId{6}, RoleDetails{"Auditor", {}}}}, place, sealer);
  const auto open = [&](const EventPlace& where, const std::string& from) {
    ByteReader in(from);
    return read_stored_event(in, 1, where, sealer);
  };
  REQUIRE(open(place, bytes).parts.at(0).fields.has_value());
  auto elsewhere = place;
  SECTION("not on another platform") {
    elsewhere.platform = PlatformId{4};
  }
  SECTION("not in another stream") {
    elsewhere.stream = "role-5";
  }
  SECTION("not at another version") {
    elsewhere.version = StreamVersion{3};
  }
  SECTION("not in another type") {
    elsewhere.type = "RoleUpdated";
  }
  SECTION("not with part of the stream's name in the type's") {
    elsewhere.stream = "role-";
    elsewhere.type = "4RoleCreated";
  }
  SECTION("not as another part") {
    const auto part = bytes.find("\x03\x06", 2);
    REQUIRE(part != std::string::npos);
    bytes[part] = 2;
  }
  SECTION("not under another slot") {
    const auto part = bytes.find("\x03\x06", 2);
    REQUIRE(part != std::string::npos);
    bytes[part + 1] = 7;
  }
  CHECK_THROWS_AS(open(elsewhere, bytes), DecodeError);
}

TEST_CASE("the additional data of a sealed part stands as docs/log-format.md says", "[events][sealing]") {
  const EventPlace place{PlatformId{300}, "role-4", StreamVersion{2}, "RoleCreated"};
  const auto additional = sealing_data(place, SlotId{130}, 3);
  CHECK(additional == "\xac\x02\x06role-4\x02\x0bRoleCreated\x82\x01\x03");
}

TEST_CASE("a changed sealed byte is damage, an erased key is not", "[events][sealing]") {
  PlainSealer sealer;
  auto commit = deletion();
  commit.events[0].event = RoleCreated{RoleId{4}, true, {SlotId{6}, RoleDetails{"Auditor", {"Audit/read"}}}};
  const auto record = encode_commit(commit, sealer);
  auto damaged = record;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  CHECK_THROWS_AS(decode_commit(damaged, sealer), DecodeError);
  sealer.erase(PlatformId{3}, SlotId{6});
  const auto decoded = decode_commit(record, sealer);
  const auto& role = std::get<RoleCreated>(decoded.events[0].event);
  CHECK(role.role == RoleId{4});
  CHECK(role.details.slot == SlotId{6});
  CHECK_FALSE(role.details.data.has_value());
  CHECK_THROWS_AS(encode_commit(commit, sealer), std::runtime_error);
}

}  // namespace annals::test::commit_test
