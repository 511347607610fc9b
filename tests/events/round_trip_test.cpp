#include <rapidcheck.h>

#include <array>
#include <catch2/catch.hpp>

#include "events/commit.hpp"
#include "events/fill.hpp"
#include "support/plain_sealer.hpp"

namespace annals::test::round_trip_test {
namespace {

/// Values as rapidcheck draws them: every optional there, null or not, numbers of any size.
struct DrawnSource {
  std::uint64_t number() const {
    return *rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange<std::uint64_t>(0, 300));
  }
  bool flag() const { return *rc::gen::arbitrary<bool>(); }
  std::string text() const {
    return *rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '~' + 1)) +
           *rc::gen::element("", "é", "\n\"\\", "日本");
  }
  JsonText json() const {
    return *rc::gen::element(JsonText{"{}"}, JsonText{"[]"}, JsonText{"null"}, JsonText{R"({"a":[1,2.50,{"b":null}]})"},
                             JsonText{R"([{"email":"x@example.org","primary":true}])"}, JsonText{R"("\u00e9")"});
  }
  Timestamp time() const {
    return from_micros(*rc::gen::inRange<std::int64_t>(-62135596800000000, 253402300800000000));
  }
  std::string bytes(std::size_t count) const {
    return *rc::gen::container<std::string>(count, rc::gen::arbitrary<char>());
  }
  Presence presence() const { return *rc::gen::element(Presence::absent, Presence::null, Presence::value); }
  std::size_t items() const { return *rc::gen::inRange<std::size_t>(0, 4); }
  bool erased() const { return false; }
};

Event drawn_event(DrawnSource& source, std::size_t type) {
  Fill fill(source);
  Event event;
  std::size_t index = 0;
  for_each_event_type([&]<class E>() {
    if (index++ != type) return;
    E::fields(event.emplace<E>(), fill);
  });
  return event;
}

RecordedEvent drawn_recorded(DrawnSource& source, std::size_t type) {
  Fill fill(source);
  RecordedEvent recorded;
  fill.value(recorded.id);
  fill.value(recorded.version);
  fill.value(recorded.recorded_at);
  recorded.event = drawn_event(source, type);
  recorded.stream = stream_of(recorded.event);
  recorded.schema = std::visit([]<class E>(const E&) { return E::schema; }, recorded.event);
  return recorded;
}

CommitHeader drawn_header(DrawnSource& source) {
  Fill fill(source);
  CommitHeader header;
  header.frame.platform.value = source.number();
  header.frame.first.value = *rc::gen::inRange<std::uint64_t>(1, UINT64_MAX - 1000);
  fill.value(header.frame.previous);
  fill.value(header.correlation);
  if (source.flag()) fill.value(header.causation.emplace());
  header.actor = {UserId{source.number()}, PlatformId{source.number()}, KeyId{source.number()}};
  if (source.flag()) {
    auto& mark = header.idempotency.emplace();
    fill.value(mark.key);
    fill.value(mark.request);
    mark.status = *rc::gen::arbitrary<std::uint16_t>();
  }
  return header;
}

Commit drawn_commit(std::size_t type) {
  DrawnSource source;
  Commit commit;
  commit.header = drawn_header(source);
  const auto others =
      *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, std::variant_size_v<AnyEvent>));
  commit.events.push_back(drawn_recorded(source, type));
  for (std::size_t i = 0; i < others.size() && i < 3; ++i) commit.events.push_back(drawn_recorded(source, others[i]));
  commit.header.frame.count = static_cast<std::uint32_t>(commit.events.size());
  return commit;
}

/// Takes the data out of every sealed part whose slot is even.
struct EvenSlotsGone {
  PlainSealer& sealer;
  PlatformId platform;
  void operator()(std::uint32_t, std::string_view, const auto&) {}
  template <class T>
  void sealed(std::uint32_t, Sealed<T>& part) {
    if (part.slot.value % 2 != 0) return;
    sealer.erase(platform, part.slot);
    part.data.reset();
  }
  template <class T>
  void sealed(std::uint32_t number, std::optional<Sealed<T>>& part) {
    if (part) sealed(number, *part);
  }
};

}  // namespace

TEST_CASE("what is decoded is what was encoded, for every event", "[events][property]") {
  std::size_t type = 0;
  for_each_event_type([&]<class E>() {
    INFO(E::type);
    CHECK(rc::check(std::string(E::type), [type] {
      const PlainSealer sealer;
      const auto commit = drawn_commit(type);
      RC_ASSERT(decode_commit(encode_commit(commit, sealer), sealer) == commit);
    }));
    ++type;
  });
}

TEST_CASE("erased keys take the personal data and nothing else", "[events][property]") {
  CHECK(rc::check([] {
    PlainSealer sealer;
    auto commit = drawn_commit(*rc::gen::inRange<std::size_t>(0, std::variant_size_v<AnyEvent>));
    const auto record = encode_commit(commit, sealer);
    EvenSlotsGone erase{sealer, commit.header.frame.platform};
    for (auto& recorded : commit.events) {
      std::visit([&]<class E>(E& event) { E::fields(event, erase); }, recorded.event);
    }
    RC_ASSERT(decode_commit(record, sealer) == commit);
  }));
}

TEST_CASE("a time that cannot be shown is not written", "[events]") {
  Commit commit;
  commit.header.frame.first.value = 1;
  MemberAdded member{UserId{3}, false, true, true, {}, {SlotId{4}, MemberDetails{"ada@example.org"}}};
  member.expires_at = from_micros(INT64_MAX);
  commit.events.push_back({EventId(), "membership-3", StreamVersion{1}, from_micros(5), 1, member});
  CHECK_THROWS_AS(encode_commit(commit, PlainSealer()), std::out_of_range);
  commit.events[0].recorded_at = from_micros(253402300800000000);  // the first instant of the year 10000
  std::get<MemberAdded>(commit.events[0].event).expires_at.reset();
  CHECK_THROWS_AS(encode_commit(commit, PlainSealer()), std::out_of_range);
}

TEST_CASE("a commit of more than 16 MB is neither written nor read", "[events]") {
  const PlainSealer sealer;
  Commit commit;
  commit.header.frame.first.value = 1;
  RoleCreated role{RoleId{7}, false, {SlotId{2}, RoleDetails{}}};
  const auto encode = [&](std::size_t text_bytes) {
    role.details.data->name = std::string(text_bytes, 'x');
    commit.events.assign(1, {EventId(), "role-7", StreamVersion{1}, from_micros(5), 1, role});
    return encode_commit(commit, sealer);
  };
  const auto overhead = encode(kCommitBytesMax - 1000).size() - (kCommitBytesMax - 1000);
  const auto largest = encode(kCommitBytesMax - overhead);
  CHECK(largest.size() == kCommitBytesMax);
  CHECK(decode_commit(largest, sealer).events.size() == 1);
  CHECK_THROWS_AS(encode(kCommitBytesMax - overhead + 1), std::length_error);
  CHECK_THROWS_AS(decode_commit(largest + "x", sealer), DecodeError);
  CHECK_THROWS_WITH(decode_commit(largest + "x", sealer), Catch::Contains("over 16777216 bytes"));
}

TEST_CASE("what cannot be a commit is a bug, not a record", "[events]") {
  Commit commit;
  CHECK_THROWS_AS(encode_commit(commit, PlainSealer()), std::logic_error);
  const PersonCreated erased{PersonId(), LifecycleStage::lead, {}, {}, {}, {SlotId{8}, std::nullopt}};
  commit.events.push_back({EventId(), "person-0", StreamVersion{1}, from_micros(5), 1, erased});
  CHECK_THROWS_AS(encode_commit(commit, PlainSealer()), std::logic_error);
}

}  // namespace annals::test::round_trip_test
