#include "storage/backup_file.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "core/crypto.hpp"
#include "storage/backup_sections.hpp"
#include "storage/support.hpp"

namespace annals::backup_file_test {
using namespace annals::test;

namespace {

using Sections = std::vector<std::pair<BackupSection, std::string>>;

const Sections kSections{{BackupSection::manifest, "{}"},
                         {BackupSection::root_secret, "wrapped"},
                         {BackupSection::commits, std::string(3000, 'c')},
                         {BackupSection::commits, "more"},
                         {BackupSection::slots, std::string("\0\1", 2)}};

class Written {
 public:
  Written() { std::filesystem::create_directories(directory_.path()); }
  std::filesystem::path path() const { return directory_.path() / "backup"; }
  std::string write(const Sections& sections = kSections) const {
    BackupWriter writer(path());
    for (const auto& [kind, payload] : sections) writer.add(kind, payload);
    REQUIRE(writer.finish());
    auto bytes = read_file(path());
    CHECK(writer.bytes() == bytes.size());
    return bytes;
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory_.path()), {}));
  }

 private:
  TempDirectory directory_;
};

Sections read_all(const std::string& bytes) {
  std::istringstream in(bytes);
  BackupReader reader(in);
  Sections sections;
  while (auto section = reader.next()) sections.emplace_back(section->kind, std::move(section->payload));
  return sections;
}

std::string why_damaged(const std::string& bytes) {
  try {
    read_all(bytes);
  } catch (const BackupDamage& damage) {
    return damage.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a backup file reads as it was written", "[storage][backup]") {
  const Written written;
  CHECK(read_all(written.write()) == kSections);
}

TEST_CASE("a backup file that is cut short anywhere is damaged", "[storage][backup]") {
  const auto bytes = Written().write();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    INFO(length);
    CHECK(why_damaged(bytes.substr(0, length)) != "");
  }
  CHECK(why_damaged(bytes + '\0') == "section 6 (end): bytes stand behind it");
}

TEST_CASE("a backup file with any bit flipped is damaged", "[storage][backup]") {
  const auto bytes = Written().write();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto altered = bytes;
    altered[at] = static_cast<char>(altered[at] ^ 1 << at % 8);
    INFO(at);
    bool found = false;
    try {
      found = why_damaged(altered) != "";
    } catch (const NewerBackup&) {
      found = at == 8 || at == 9;  // the format's own bytes
    }
    CHECK(found);
  }
}

TEST_CASE("the damaged section of a backup file is named", "[storage][backup]") {
  auto bytes = Written().write();
  bytes[bytes.find("cccc") + 100] = 'd';
  CHECK(why_damaged(bytes) == "section 3 (commits): its bytes do not match its hash");
}

TEST_CASE("a section left out or moved is found", "[storage][backup]") {
  Sections swapped = kSections;
  std::swap(swapped[2], swapped[3]);
  const auto bytes = Written().write();
  const auto other = Written().write(swapped);
  // From the one file the sections before, from the other those behind.
  const auto behind_head = bytes.find("more") - 5;
  CHECK(why_damaged(bytes.substr(0, behind_head) + other.substr(other.find("more") - 5)) != "");
  CHECK(why_damaged(bytes.substr(0, bytes.find("ccc") - 5) + bytes.substr(behind_head)) ==
        "section 3 (commits): its bytes do not match its hash");
}

TEST_CASE("a backup file of a newer format is told apart from a damaged one", "[storage][backup]") {
  auto bytes = Written().write();
  bytes[8] = 2;
  CHECK_THROWS_AS(read_all(bytes), NewerBackup);
}

TEST_CASE("a backup replaces no file, and leaves none behind when it is not finished", "[storage][backup]") {
  const Written written;
  written.write();
  {
    BackupWriter second(written.path());
    second.add(BackupSection::manifest, "another");
    CHECK_FALSE(second.finish());
  }
  CHECK(read_all(read_file(written.path())) == kSections);
  CHECK(written.files() == 1);
  std::filesystem::remove(written.path());
  {
    BackupWriter abandoned(written.path());
  }
  CHECK(written.files() == 0);
  CHECK_THROWS_AS(BackupWriter(written.path() / "below"), std::system_error);
}

TEST_CASE("what stands in a backup's sections reads as it was written", "[storage][backup]") {
  std::string commits;
  BackupCommits::append(commits, "first");
  BackupCommits::append(commits, "");
  CHECK(BackupCommits::read(commits) == std::vector<std::string_view>{"first", ""});
  CHECK_THROWS_AS(BackupCommits::read(commits.substr(1)), DecodeError);

  const std::string two_slots = std::string(64, 'a') + std::string(64, 'b');
  const auto slots_payload = BackupSlots{PlatformId{7}, SlotId{65}, two_slots}.encode();
  const auto slots = BackupSlots::read(slots_payload);
  CHECK((slots.platform == PlatformId{7} && slots.first == SlotId{65} && slots.slots == two_slots));
  CHECK_THROWS_AS(BackupSlots::read(slots_payload + "c"), DecodeError);
  CHECK_THROWS_AS(BackupSlots::read(BackupSlots{PlatformId{7}, SlotId{0}, two_slots}.encode()), DecodeError);

  const auto uses_payload = BackupKeyUses{PlatformId{7}, {{KeyId{3}, -60}, {KeyId{5}, 120}}}.encode();
  const auto uses = BackupKeyUses::read(uses_payload);
  CHECK((uses.platform == PlatformId{7}));
  CHECK(uses.uses == std::vector<std::pair<KeyId, std::int64_t>>{{KeyId{3}, -60}, {KeyId{5}, 120}});
  CHECK_THROWS_AS(BackupKeyUses::read(uses_payload.substr(1)), DecodeError);
}

TEST_CASE("a backup's manifest reads as it was written, platforms in order", "[storage][backup]") {
  BackupManifest manifest{
      "2026-06-04T14:22:11.482913Z",
      "0.1.0",
      true,
      {{PlatformId{0}, "system", {Position{4}, sha256("a")}}, {PlatformId{2}, "sa\"les", {Position{9}, sha256("b")}}}};
  CHECK(BackupManifest::read(manifest.json()) == manifest);
  CHECK(manifest.events() == 13);
  std::swap(manifest.platforms[0], manifest.platforms[1]);
  CHECK_THROWS_AS(BackupManifest::read(manifest.json()), DecodeError);
  CHECK_THROWS_AS(BackupManifest::read("{}"), DecodeError);
  CHECK_THROWS_AS(BackupManifest::read("[]"), DecodeError);
}

}  // namespace annals::backup_file_test
