#include "core/ids.hpp"

#include <catch2/catch.hpp>
#include <type_traits>

#include "core/bytes.hpp"
#include "core/commit_frame.hpp"

namespace annals::ids_test {

TEST_CASE("a UUID is read hyphenated or bare, in either case, and printed one way", "[core][ids]") {
  const std::string printed = "0123abcd-4567-89ef-fedc-ba9876543210";
  for (const auto* text : {"0123abcd-4567-89ef-fedc-ba9876543210", "0123ABCD-4567-89EF-FEDC-BA9876543210",
                           "0123abcd456789effedcba9876543210"}) {
    const auto uuid = Uuid::parse(text);
    REQUIRE(uuid);
    CHECK(uuid->to_string() == printed);
    std::string behind = "id ";
    uuid->append_to(behind);
    CHECK(behind == "id " + printed);
  }
}

TEST_CASE("what is no UUID is refused", "[core][ids]") {
  for (const auto* text : {"", "0123abcd-4567-89ef-fedc-ba987654321", "0123abcd-4567-89ef-fedc-ba98765432100",
                           "0123abcd4567-89ef-fedc-ba9876543210-", "0123abcd-4567-89ef-fedc_ba9876543210",
                           "g123abcd-4567-89ef-fedc-ba9876543210", "{0123abcd-4567-89ef-fedc-ba987654321}",
                           "0123abcd456789effedcba987654321 ", "-0123abcd456789ef-fedc-ba9876543210-"}) {
    CAPTURE(text);
    CHECK(Uuid::parse(text) == std::nullopt);
  }
}

TEST_CASE("ids of two kinds cannot be taken for each other", "[core][ids]") {
  CHECK_FALSE(std::is_convertible_v<UserId, PlatformId>);
  CHECK_FALSE(std::is_convertible_v<PersonId, OrganizationId>);
  CHECK_FALSE(std::is_convertible_v<std::uint64_t, UserId>);
}

TEST_CASE("numbers and texts are read as they were written", "[core][bytes]") {
  std::string bytes;
  ByteWriter out(bytes);
  out.u8(0xFE);
  out.u16(0xABCD);
  out.u32(0x89ABCDEF);
  out.u64(0x0123456789ABCDEF);
  out.i64(-2);
  for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, UINT64_MAX}) out.varint(n);
  out.text("text");
  ByteReader in(bytes);
  CHECK(in.u8() == 0xFE);
  CHECK(in.u16() == 0xABCD);
  CHECK(in.u32() == 0x89ABCDEF);
  CHECK(in.u64() == 0x0123456789ABCDEF);
  CHECK(in.i64() == -2);
  for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, UINT64_MAX}) {
    CHECK(in.varint() == n);
  }
  CHECK(in.text() == "text");
  CHECK_NOTHROW(in.expect_end());
}

TEST_CASE("bytes that end too early or say a number in another way are refused", "[core][bytes]") {
  CHECK_THROWS_AS(ByteReader("").u8(), DecodeError);
  CHECK_THROWS_AS(ByteReader("abc").u32(), DecodeError);
  CHECK_THROWS_AS(ByteReader("\x05"
                             "four")
                      .text(),
                  DecodeError);
  CHECK_THROWS_AS(ByteReader(std::string_view("\x80\x00", 2)).varint(), DecodeError);
  CHECK_THROWS_AS(ByteReader("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02").varint(), DecodeError);
  CHECK_THROWS_AS(ByteReader(std::string(11, '\x80')).varint(), DecodeError);
  CHECK_THROWS_AS(ByteReader("x").expect_end(), DecodeError);
  CHECK_THROWS_AS(read_big_endian("seven b"), DecodeError);
}

TEST_CASE("numbers in keys sort as numbers do", "[core][bytes]") {
  std::string before;
  append_big_endian(before, 0);
  for (const std::uint64_t n : {std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{256}, std::uint64_t{1} << 63}) {
    std::string key;
    append_big_endian(key, n);
    CHECK(before < key);
    CHECK(read_big_endian(key) == n);
    before = key;
  }
}

TEST_CASE("a commit's frame is read as it was written, in its stated length", "[core][frame]") {
  CommitFrame frame{PlatformId{3}, Position{77}, 5, {}};
  frame.previous[31] = 9;
  std::string bytes;
  ByteWriter out(bytes);
  frame.encode(out);
  CHECK(bytes.size() == CommitFrame::kBytes);
  ByteReader in(bytes);
  CHECK(CommitFrame::decode(in) == frame);
  CHECK(frame.last() == Position{81});
}

TEST_CASE("a frame of another format, without events or cut short is refused", "[core][frame]") {
  std::string bytes;
  ByteWriter out(bytes);
  CommitFrame{PlatformId{3}, Position{77}, 5, {}}.encode(out);
  const auto decode = [](std::string_view of) {
    ByteReader in(of);
    return CommitFrame::decode(in);
  };
  CHECK_THROWS_AS(decode(bytes.substr(0, bytes.size() - 1)), DecodeError);
  auto other = bytes;
  other[0] = 2;
  CHECK_THROWS_AS(decode(other), DecodeError);
  auto empty = bytes;
  empty[18] = 0;
  CHECK_THROWS_AS(decode(empty), DecodeError);
  auto nowhere = bytes;
  nowhere[10] = 0;
  CHECK_THROWS_AS(decode(nowhere), DecodeError);
}

}  // namespace annals::ids_test
