#include <catch2/catch.hpp>

#include "events/event_codec.hpp"
#include "events/fill.hpp"
#include "support/plain_sealer.hpp"

namespace annals::test::upcaster_test {
namespace {

/// An event of the tests' own, as it was …
struct GreetingDetailsV1 {
  std::string text;
  std::string whole_name;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "text", self.text);
    field(2, "whole_name", self.whole_name);
  }
};
struct GreetingSentV1 {
  static constexpr std::string_view type = "GreetingSent";
  static constexpr std::uint16_t schema = 1;
  UserId user;
  bool loud = false;
  std::optional<std::optional<RoleId>> role;
  Sealed<GreetingDetailsV1> details;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "user", self.user);
    field(2, "loud", self.loud);
    field(3, "role", self.role);
    field.sealed(4, self.details);
  }
};

/// … and as it is: loudness became a volume, the name was split, the part has another number. (2 and 4 are retired.)
struct GreetingDetails {
  std::string text;
  std::string first_name;
  std::string last_name;
  bool operator==(const GreetingDetails&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "text", self.text);
    field(3, "first_name", self.first_name);
    field(4, "last_name", self.last_name);
  }
};
struct GreetingSent {
  static constexpr std::string_view type = "GreetingSent";
  static constexpr std::uint16_t schema = 3;
  UserId user;
  std::optional<std::optional<RoleId>> role;
  std::uint64_t volume = 0;
  Sealed<GreetingDetails> details;
  bool operator==(const GreetingSent&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "user", self.user);
    field(3, "role", self.role);
    field(5, "volume", self.volume);
    field.sealed(6, self.details);
  }
};

static_assert(GreetingSentV1::type == GreetingSent::type && GreetingSentV1::schema < GreetingSent::schema);

template <class T>
std::string bytes_of(const T& value) {
  std::string bytes;
  write_value(bytes, value);
  return bytes;
}

RawEvent loudness_becomes_volume(RawEvent event) {
  bool loud = false;
  read_value(*event.plain.at(2), loud);
  event.plain.erase(2);
  event.plain[5] = bytes_of(std::uint64_t{loud ? 90u : 30u});
  return event;
}

RawEvent name_is_split(RawEvent event) {
  auto part = event.sealed.extract(4);
  part.key() = 6;
  if (auto& fields = part.mapped().fields) {
    const auto name = *fields->at(2);
    fields->erase(2);
    (*fields)[3] = name.substr(0, name.find(' '));
    (*fields)[4] = name.substr(name.find(' ') + 1);
  }
  event.sealed.insert(std::move(part));
  return event;
}

Upcasters both_steps() {
  Upcasters steps;
  steps.add("GreetingSent", 1, loudness_becomes_volume);
  steps.add("GreetingSent", 2, name_is_split);
  return steps;
}

const EventPlace kPlace{PlatformId{3}, "greeting-8", StreamVersion{2}, "GreetingSent"};

GreetingSentV1 old_greeting() {
  return {UserId{11}, true, std::optional<RoleId>(), {SlotId{12}, GreetingDetailsV1{"hello", "Ada Lovelace"}}};
}

template <class E>
std::string stored(const E& event, const Sealer& sealer) {
  std::string bytes;
  write_event(bytes, event, kPlace, sealer);
  return bytes;
}

GreetingSent read(const std::string& bytes, std::uint16_t schema, const Upcasters& steps, const Sealer& sealer) {
  ByteReader in(bytes);
  GreetingSent event;
  read_event(read_stored_event(in, schema, kPlace, sealer), steps, event);
  return event;
}

}  // namespace

TEST_CASE("an event of an old schema is brought to the current one, step by step", "[events][upcast]") {
  const PlainSealer sealer;
  const auto event = read(stored(old_greeting(), sealer), 1, both_steps(), sealer);
  CHECK(
      event ==
      GreetingSent{UserId{11}, std::optional<RoleId>(), 90, {SlotId{12}, GreetingDetails{"hello", "Ada", "Lovelace"}}});
}

TEST_CASE("an event of the current schema passes no upcaster", "[events][upcast]") {
  const PlainSealer sealer;
  const GreetingSent event{UserId{11}, RoleId{7}, 55, {SlotId{12}, GreetingDetails{"good day", "Grace", "Hopper"}}};
  CHECK(read(stored(event, sealer), 3, both_steps(), sealer) == event);
}

TEST_CASE("an erased part goes through its upcasters", "[events][upcast]") {
  PlainSealer sealer;
  const auto bytes = stored(old_greeting(), sealer);
  sealer.erase(PlatformId{3}, SlotId{12});
  const auto event = read(bytes, 1, both_steps(), sealer);
  CHECK(event == GreetingSent{UserId{11}, std::optional<RoleId>(), 90, {SlotId{12}, std::nullopt}});
}

TEST_CASE("a missing step is refused, naming type and schema", "[events][upcast]") {
  const PlainSealer sealer;
  Upcasters first_only;
  first_only.add("GreetingSent", 1, loudness_becomes_volume);
  const auto bytes = stored(old_greeting(), sealer);
  CHECK_THROWS_AS(read(bytes, 1, first_only, sealer), DecodeError);
  CHECK_THROWS_WITH(read(bytes, 1, first_only, sealer), "GreetingSent of schema 2: no way from there to schema 3");
}

TEST_CASE("a newer schema than ours is refused, naming type and schema", "[events][upcast]") {
  const PlainSealer sealer;
  const auto bytes = stored(old_greeting(), sealer);
  CHECK_THROWS_AS(read(bytes, 4, both_steps(), sealer), DecodeError);
  CHECK_THROWS_WITH(read(bytes, 4, both_steps(), sealer),
                    "GreetingSent of schema 4: this program knows schemas 1 to 3");
}

TEST_CASE("what an upcaster leaves is read as strictly as anything", "[events][upcast]") {
  const PlainSealer sealer;
  Upcasters careless;
  careless.add("GreetingSent", 1, [](RawEvent event) { return event; });
  careless.add("GreetingSent", 2, name_is_split);
  CHECK_THROWS_AS(read(stored(old_greeting(), sealer), 1, careless, sealer), DecodeError);
}

TEST_CASE("one step has one upcaster", "[events][upcast]") {
  auto steps = both_steps();
  CHECK_THROWS_AS(steps.add("GreetingSent", 2, name_is_split), std::logic_error);
  CHECK(steps.has("GreetingSent", 2));
  CHECK_FALSE(steps.has("GreetingSent", 3));
}

TEST_CASE("raw fields keep absent, null and value apart", "[events][upcast]") {
  const RawFields fields{{2, "two"}, {3, std::nullopt}, {200, std::string(300, 'x')}};
  CHECK(read_raw_fields(write_raw_fields(fields)) == fields);
  CHECK_THROWS_AS(read_raw_fields(write_raw_fields(fields) + "x"), DecodeError);
}

TEST_CASE("every older schema of every event has its upcaster", "[events][upcast]") {
  for_each_event_type([]<class E>() {
    for (std::uint16_t schema = 1; schema < E::schema; ++schema) {
      INFO(E::type << " of schema " << schema);
      CHECK(upcasters().has(E::type, schema));
    }
    CHECK_FALSE(upcasters().has(E::type, E::schema));
  });
}

}  // namespace annals::test::upcaster_test
