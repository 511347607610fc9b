#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "events/event.hpp"
#include "events/field_reader.hpp"
#include "events/field_writer.hpp"
#include "events/golden.hpp"

namespace annals::test::fields_test {
namespace {

struct Pair {
  std::uint64_t left = 0;
  std::uint64_t right = 0;
  bool operator==(const Pair&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "left", self.left);
    field(2, "right", self.right);
  }
};

/// One field of every kind, with a gap in the numbers.
struct EveryKind {
  std::uint64_t count = 0;
  std::optional<bool> flag;
  std::optional<std::optional<UserId>> owner;
  LifecycleStage stage = LifecycleStage::lead;
  std::vector<std::string> words;
  std::vector<Pair> pairs;
  std::optional<Timestamp> at;
  std::optional<Digest128> digest;
  std::optional<PersonId> person;
  bool operator==(const EveryKind&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "count", self.count);
    field(2, "flag", self.flag);
    field(3, "owner", self.owner);
    field(4, "stage", self.stage);
    field(6, "words", self.words);
    field(7, "pairs", self.pairs);
    field(8, "at", self.at);
    field(9, "digest", self.digest);
    field(70, "person", self.person);
  }
};

EveryKind read(const std::string& hex) {
  EveryKind value;
  read_fields(bytes_of_hex(hex), value);
  return value;
}

std::string written(const EveryKind& value) {
  std::string bytes;
  write_fields(bytes, value);
  return to_hex(bytes);
}

const std::string kBare = "0201050801020c000e00";

}  // namespace

TEST_CASE("fields stand as number, length and bytes", "[events][codec]") {
  EveryKind value;
  value.count = 300;
  value.flag = true;
  value.owner.emplace(UserId{5});
  value.stage = LifecycleStage::churned;
  value.words = {"ab", ""};
  value.pairs = {{1, 2}, {3, 128}};
  value.at = from_micros(-2);
  value.digest = Digest128{0xd1, 0xd2};
  value.person = PersonId(*Uuid::parse("00112233445566778899aabbccddeeff"));
  const std::string hex =
      "0202ac02"                              // 1: 300
      "040101"                                // 2: true
      "060105"                                // 3: 5
      "080104"                                // 4: churned
      "0c0402616200"                          // 6: "ab", ""
      "0e0f06020101040102"                    // 7: {1, 2},
      "0702010304028001"                      //    {3, 128}
      "1008feffffffffffffff"                  // 8: 2 µs before 1970
      "1210d1d20000000000000000000000000000"  // 9
      "8c011000112233445566778899aabbccddeeff";
  CHECK(written(value) == hex);
  CHECK(read(hex) == value);
}

TEST_CASE("absent, null and a value are three things", "[events][codec]") {
  EveryKind value;
  value.count = 5;
  value.stage = LifecycleStage::opportunity;
  CHECK(written(value) == kBare);
  value.owner.emplace(std::nullopt);
  CHECK(written(value) == "020105070801020c000e00");
  CHECK(read("020105070801020c000e00") == value);
  value.owner.emplace(UserId{0});
  CHECK(written(value) == "0201050601000801020c000e00");
  CHECK(read("0201050601000801020c000e00") == value);
}

TEST_CASE("fields that are not exactly as written are refused", "[events][codec]") {
  const auto [name, hex, why] = GENERATE(table<std::string, std::string, std::string>({
      {"nothing at all", "", "'count' is missing"},
      {"a required field missing in the middle", "0201050c000e00", "'stage' is missing"},
      {"a required field missing at the end", "0201050801020c00", "'pairs' is missing"},
      {"a number between ours", "0201050801020a01770c000e00", "unknown field 5"},
      {"a number behind ours", kBare + "8e0100", "unknown field 71"},
      {"a huge number", kBare + "feffffffffffffffff0100", "unknown field 9223372036854775807"},
      {"number 0", "00000201050801020c000e00", "field 0 twice or out of order"},
      {"a field twice", "0201050201050801020c000e00", "field 1 twice or out of order"},
      {"the wrong order", "0801020201050c000e00", "missing"},
      {"the wrong order further on", "0201050801020e000c00", "missing"},
      {"null for a required field", "030801020c000e00", "'count' is null"},
      {"null for an optional field", "020105050801020c000e00", "'flag' is null"},
      {"a byte behind the last field", kBare + "8c", "ends too early"},
      {"a value cut off", "0202ac", "ends too early"},
      {"a length beyond the end", "02ffffffff0f05", "ends too early"},
      {"a length over 64 bits", "02ffffffffffffffffff7f05", "over 64 bits"},
      {"a field's number in a longer form", "82000105", "longer form"},
      {"a length in a longer form", "02810005", "longer form"},
      {"a value in a longer form", "02028500", "'count': number in a longer form"},
      {"bytes behind a number", "02020505", "'count': bytes behind the end"},
      {"an empty number", "0200", "'count': ends too early"},
      {"a boolean of 2", "0201050401020801020c000e00", "'flag': neither true nor false"},
      {"a boolean of two bytes", "020105040201010801020c000e00", "'flag': neither true nor false"},
      {"an enum value that is none", "0201050801050c000e00", "'stage': an unknown value 5"},
      {"an enum of no byte", "02010508000c000e00", "'stage': a value of another length than 1"},
      {"an item cut off", "0201050801020c0305ab0e00", "ends too early"},
      {"an item beyond its list", "0201050801020c0202610e00", "'words': ends too early"},
      {"a nested field missing", "0201050801020c000e0403020101", "'pairs': field 'right' is missing"},
      {"a nested field too many", "0201050801020c000e0a09020101040102060103", "'pairs': an unknown field 3"},
      {"a short time", kBare + "1007feffffffffffff", "'at': ends too early"},
      {"a long time", kBare + "1009feffffffffffffff00", "'at': bytes behind the end"},
      {"a time in the year 292278", kBare + "1008ffffffffffffff7f", "'at': a time outside"},
      {"a time before the year 1", kBare + "10080000000000000080", "'at': a time outside"},
      {"a short digest", kBare + "120fd1d200000000000000000000000000", "'digest': a value of another length than 16"},
      {"a long id", kBare + "8c011100112233445566778899aabbccddeeff00", "'person': a value of another length than 16"},
  }));
  INFO(name);
  CHECK_THROWS_AS(read(hex), DecodeError);
  CHECK_THROWS_WITH(read(hex), Catch::Contains(why));
}

TEST_CASE("numbers take every size", "[events][codec]") {
  for (const std::uint64_t number : {0ULL, 127ULL, 128ULL, 16383ULL, 16384ULL, 1ULL << 32, 1ULL << 63, ~0ULL}) {
    EveryKind value;
    value.count = number;
    std::string bytes;
    write_fields(bytes, value);
    EveryKind again;
    read_fields(bytes, again);
    CHECK(again.count == number);
  }
}

TEST_CASE("long values have long lengths", "[events][codec]") {
  for (const std::size_t size : {127u, 128u, 16383u, 16384u, 70000u}) {
    EveryKind value;
    value.words = {std::string(size, 'w'), "after"};
    std::string bytes;
    write_fields(bytes, value);
    EveryKind again;
    read_fields(bytes, again);
    CHECK(again == value);
  }
}

}  // namespace annals::test::fields_test
