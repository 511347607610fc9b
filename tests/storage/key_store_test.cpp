#include "storage/key_store.hpp"

#include <rocksdb/env.h>

#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "storage/support.hpp"

namespace annals::key_store_test {
using namespace annals::test;

namespace {

struct KeyDirectory {
  KeyDirectory() { std::filesystem::create_directories(directory.path()); }
  std::unique_ptr<KeyStore> open(KeyStore::Access access = KeyStore::Access::read_write) {
    auto opened = KeyStore::open(files, master, access);
    if (!opened) FAIL(opened.error().sentence);
    return *std::move(opened);
  }
  std::filesystem::path file(PlatformId platform = kMain) const { return files.path(KeyFile::name_of(platform)); }

  TempDirectory directory;
  Files files{*rocksdb::Env::Default(), directory.path()};
  Key master = random_key();
};

std::string sealed_by(const KeyStore& keys, SlotId slot, std::string_view text, PlatformId platform = kMain) {
  std::string sealed;
  keys.seal(platform, slot, "aad", text, sealed);
  return sealed;
}

}  // namespace

TEST_CASE("slots count from 1, each platform by itself", "[storage][keys]") {
  KeyDirectory directory;
  const auto keys = directory.open();
  CHECK(keys->reserve(kMain) == SlotId{1});
  CHECK(keys->reserve(kMain) == SlotId{2});
  CHECK(keys->reserve(kOther) == SlotId{1});
  CHECK(keys->reserve(kMain) == SlotId{3});
}

TEST_CASE("a key is the same after a restart", "[storage][keys]") {
  KeyDirectory directory;
  std::vector<std::string> sealed;
  std::vector<SlotId> slots;
  {
    const auto keys = directory.open();
    for (int i = 0; i < 200; ++i) {
      slots.push_back(keys->reserve(kMain));
      sealed.push_back(sealed_by(*keys, slots.back(), "text " + std::to_string(i)));
    }
  }
  for (const auto access : {KeyStore::Access::read_write, KeyStore::Access::read_only}) {
    const auto keys = directory.open(access);
    for (std::size_t i = 0; i < slots.size(); ++i) {
      CHECK(keys->open(kMain, slots[i], "aad", sealed[i]) == "text " + std::to_string(i));
    }
  }
}

TEST_CASE("no slot is handed out twice, and a clean stop wastes none", "[storage][keys]") {
  KeyDirectory directory;
  {
    const auto keys = directory.open();
    for (std::uint64_t n = 1; n <= 5; ++n) CHECK(keys->reserve(kMain) == SlotId{n});
    keys->note_clean_stop();
  }
  {
    const auto keys = directory.open();
    CHECK(keys->reserve(kMain) == SlotId{6});
    // No clean stop from here on.
  }
  const auto third = directory.open()->reserve(kMain);
  CHECK(third.value > 6);
  const auto fourth = directory.open()->reserve(kMain);
  CHECK(fourth.value > third.value);
}

TEST_CASE("a platform that no slot was reserved for keeps its place over a crash", "[storage][keys]") {
  KeyDirectory directory;
  {
    const auto keys = directory.open();
    CHECK(keys->reserve(kMain) == SlotId{1});
    keys->note_clean_stop();
  }
  static_cast<void>(directory.open());
  CHECK(directory.open()->reserve(kMain) == SlotId{2});
}

TEST_CASE("handing out many slots fills ahead in the background", "[storage][keys]") {
  KeyDirectory directory;
  std::atomic<int> asked = 0;
  auto opened = KeyStore::open(directory.files, directory.master, KeyStore::Access::read_write, [&] { ++asked; });
  REQUIRE(opened);
  auto& keys = **opened;
  std::atomic<bool> stop = false;
  std::thread filler([&] {
    while (!stop) keys.top_up();
  });
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 5000; ++i) CHECK(seen.insert(keys.reserve(kMain).value).second);
  stop = true;
  filler.join();
  CHECK(asked > 0);
  CHECK(*seen.rbegin() == 5000);
  for (const auto slot : seen) CHECK(keys.holds(kMain, SlotId{slot}));
}

TEST_CASE("an erased key is gone from memory and from the disk", "[storage][keys]") {
  KeyDirectory directory;
  const auto keys = directory.open();
  const auto slot = keys->reserve(kMain);
  const auto kept = keys->reserve(kMain);
  const auto sealed = sealed_by(*keys, slot, "data");
  const auto kept_sealed = sealed_by(*keys, kept, "other data");
  REQUIRE(keys->erase(kMain, slot));
  CHECK(keys->open(kMain, slot, "aad", sealed) == std::nullopt);
  CHECK_FALSE(keys->holds(kMain, slot));
  CHECK_THROWS_AS(sealed_by(*keys, slot, "more"), std::runtime_error);
  CHECK(keys->erase(kMain, slot));
  CHECK(keys->erase(kMain, SlotId{1'000'000}));

  const auto bytes = read_file(directory.file());
  const auto at = KeyFileFormat::offset_of(slot);
  CHECK(bytes.substr(at, KeyFileFormat::kSlotBytes) == std::string(KeyFileFormat::kSlotBytes, '\0'));
  CHECK(bytes.substr(at + KeyFileFormat::kSlotBytes, KeyFileFormat::kSlotBytes) !=
        std::string(KeyFileFormat::kSlotBytes, '\0'));

  const auto again = directory.open();
  CHECK(again->open(kMain, slot, "aad", sealed) == std::nullopt);
  CHECK(again->open(kMain, kept, "aad", kept_sealed) == "other data");
}

TEST_CASE("erasing a key that was not in memory works too", "[storage][keys]") {
  KeyDirectory directory;
  std::string sealed;
  {
    const auto keys = directory.open();
    sealed = sealed_by(*keys, keys->reserve(kMain), "data");
  }
  const auto keys = directory.open();
  REQUIRE(keys->erase(kMain, SlotId{1}));
  CHECK(keys->open(kMain, SlotId{1}, "aad", sealed) == std::nullopt);
}

TEST_CASE("readers of a slot that is being erased get the whole key or none", "[storage][keys]") {
  KeyDirectory directory;
  const auto keys = directory.open();
  for (int round = 0; round < 50; ++round) {
    const auto slot = keys->reserve(kMain);
    const auto sealed = sealed_by(*keys, slot, "data");
    std::atomic<bool> go = false;
    std::atomic<int> opened = 0;
    std::thread reader([&] {
      while (!go) continue;
      // A key of which half is zeroed would make this throw.
      while (keys->open(kMain, slot, "aad", sealed)) ++opened;
    });
    go = true;
    while (opened == 0) continue;
    REQUIRE(keys->erase(kMain, slot));
    reader.join();
  }
}

TEST_CASE("slots do not open when moved, changed or under another master key", "[storage][keys]") {
  KeyDirectory directory;
  std::string sealed;
  {
    const auto keys = directory.open();
    static_cast<void>(keys->reserve(kMain));
    sealed = sealed_by(*keys, keys->reserve(kMain), "data");
    keys->note_clean_stop();
  }
  const SlotId slot{2};
  auto bytes = read_file(directory.file());
  const auto at = KeyFileFormat::offset_of(slot);
  SECTION("a changed byte") {
    bytes[at + 20] = static_cast<char>(bytes[at + 20] ^ 1);
  }
  SECTION("a changed byte of the padding") {
    bytes[at + KeyFileFormat::kSlotBytes - 1] = 1;
  }
  SECTION("another slot's bytes") {
    bytes.replace(at, 64, bytes.substr(KeyFileFormat::offset_of(SlotId{1}), 64));
  }
  SECTION("another master key") {
    directory.master = random_key();
  }
  write_file(directory.file(), bytes);
  const auto keys = directory.open();
  CHECK_THROWS_AS(keys->open(kMain, slot, "aad", sealed), DecodeError);
  CHECK_FALSE(keys->holds(kMain, slot));
}

TEST_CASE("a key file that is not what it should be is refused", "[storage][keys]") {
  KeyDirectory directory;
  {
    const auto keys = directory.open();
    for (int i = 0; i < 3; ++i) static_cast<void>(keys->reserve(kMain));
    keys->note_clean_stop();
  }
  auto bytes = read_file(directory.file());
  auto kind = StoreProblem::Kind::corrupt;
  SECTION("other magic") {
    bytes[0] = 'B';
  }
  SECTION("a flipped bit in the platform") {
    bytes[16] = static_cast<char>(bytes[16] ^ 2);
  }
  SECTION("another platform's file") {
    bytes.replace(0, 32, KeyFileFormat::header(kOther));
  }
  SECTION("cut inside the header") {
    bytes.resize(40);
  }
  SECTION("cut before the slots that were handed out") {
    bytes.resize(KeyFileFormat::offset_of(SlotId{2}));
  }
  SECTION("a newer format") {
    bytes[8] = 2;
    bytes.replace(24, 8, as_view(sha256(bytes.substr(0, 24))).substr(0, 8));
    kind = StoreProblem::Kind::newer_format;
  }
  write_file(directory.file(), bytes);
  const auto opened = KeyStore::open(directory.files, directory.master, KeyStore::Access::read_write);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().kind == kind);
}

TEST_CASE("a mark that was tampered with is no clean stop", "[storage][keys]") {
  KeyDirectory directory;
  {
    const auto keys = directory.open();
    for (int i = 0; i < 4; ++i) static_cast<void>(keys->reserve(kMain));
    keys->note_clean_stop();
  }
  auto bytes = read_file(directory.file());
  REQUIRE(bytes[KeyFileFormat::kHeaderBytes] == 5);
  bytes[KeyFileFormat::kHeaderBytes] = 2;
  write_file(directory.file(), bytes);
  CHECK(directory.open()->reserve(kMain).value > 4);
}

TEST_CASE("a key store opened for reading writes nothing", "[storage][keys]") {
  KeyDirectory directory;
  static_cast<void>(directory.open()->reserve(kMain));
  const auto before = read_file(directory.file());
  const auto keys = directory.open(KeyStore::Access::read_only);
  CHECK(keys->holds(kMain, SlotId{1}));
  CHECK_THROWS_AS(keys->reserve(kMain), std::logic_error);
  CHECK_THROWS_AS(keys->erase(kMain, SlotId{1}), std::logic_error);
  CHECK(read_file(directory.file()) == before);
}

}  // namespace annals::key_store_test
