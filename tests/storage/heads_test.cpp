#include <catch2/catch.hpp>

#include "core/crypto.hpp"
#include "storage/heads_file.hpp"
#include "storage/support.hpp"

namespace annals::heads_test {
using namespace annals::test;

namespace {

Heads some_heads() {
  Heads heads;
  heads[kSystemPlatform] = {Position{3}, sha256("three")};
  heads[kMain] = {Position{900'000'000'000}, sha256("many")};
  heads[PlatformId{UINT64_MAX}] = {Position{1}, sha256("one")};
  return heads;
}

}  // namespace

TEST_CASE("heads are decoded as they were encoded", "[storage][heads]") {
  CHECK(HeadsFile::decode(HeadsFile::encode({})).empty());
  CHECK(HeadsFile::decode(HeadsFile::encode(some_heads())) == some_heads());
}

TEST_CASE("any flipped byte of the heads file is noticed, and any cut", "[storage][heads]") {
  const auto whole = HeadsFile::encode(some_heads());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    CHECK_THROWS_AS(HeadsFile::decode(bytes), DecodeError);
    CHECK_THROWS_AS(HeadsFile::decode(whole.substr(0, at)), DecodeError);
  }
  CHECK_THROWS_AS(HeadsFile::decode(whole + "x"), DecodeError);
}

TEST_CASE("the heads are noted at a clean stop", "[storage][heads]") {
  TempDirectory directory;
  Head main;
  for (const auto durability : {Durability::sync, Durability::os}) {
    auto options = options_for(directory.path());
    options.durability = durability;
    {
      const auto store = open_store(options);
      REQUIRE(append(*store, kMain, {"a", "b"}) == AppendStatus::appended);
      main = store->log().head(kMain);
    }
    const auto noted = HeadsFile::decode(read_file(directory.path() / HeadsFile::kName));
    CHECK(noted == Heads{{kMain, main}});
    CHECK(open_store(options)->noted_heads() == std::vector<std::pair<PlatformId, Head>>{{kMain, main}});
  }
}

TEST_CASE("a log that is longer than noted is fine, and one that was noted further is not", "[storage][heads]") {
  TempDirectory directory;
  const auto heads_path = directory.path() / HeadsFile::kName;
  {
    REQUIRE(append(*open_store(options_for(directory.path())), kMain, {"a", "b"}) == AppendStatus::appended);
  }
  const auto early = read_file(heads_path);
  {
    REQUIRE(append(*open_store(options_for(directory.path())), kMain, {"c"}) == AppendStatus::appended);
  }
  const auto late = read_file(heads_path);

  SECTION("longer") {
    write_file(heads_path, early);
    CHECK(read_contents(*open_store(options_for(directory.path())), kMain).size() == 3);
    CHECK(read_file(heads_path) == late);
  }
  SECTION("not noted at all") {
    std::filesystem::remove(heads_path);
    const auto store = open_store(options_for(directory.path()));
    CHECK(read_contents(*store, kMain).size() == 3);
    REQUIRE(store->notices().size() == 1);
    CHECK(store->notices().front().find(heads_path.string()) != std::string::npos);
    CHECK(read_file(heads_path) == late);
  }
  SECTION("another platform's log is missing as a whole") {
    auto heads = HeadsFile::decode(late);
    heads[kOther] = {Position{5}, sha256("five")};
    write_file(heads_path, HeadsFile::encode(heads));
    const auto opened = Store::open(options_for(directory.path()));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == StoreProblem::Kind::corrupt);
    CHECK(opened.error().platform == kOther);
    CHECK(opened.error().position == Position{1});
  }
  SECTION("the head once had another hash") {
    auto heads = HeadsFile::decode(late);
    heads[kMain].hash[0] ^= 1;
    write_file(heads_path, HeadsFile::encode(heads));
    const auto opened = Store::open(options_for(directory.path()));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().position == Position{3});
  }
}

}  // namespace annals::heads_test
