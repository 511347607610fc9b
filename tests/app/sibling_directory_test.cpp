#include "app/sibling_directory.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <system_error>

#include "real_directory.hpp"

namespace annals::sibling_directory_test {
using namespace annals::test;

namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) names.push_back(entry.path().filename().string());
  return names;
}

void fill(const SiblingDirectory& directory) {
  std::ofstream(directory.path() / "file") << "bytes";
}

}  // namespace

TEST_CASE("a directory takes its place whole, or leaves nothing", "[app]") {
  const Scratch scratch;
  const auto target = scratch / "parent/target";
  {
    const SiblingDirectory given_up(target, "writing");
    fill(given_up);
    CHECK(given_up.path().filename().string().starts_with("target.writing-"));
    CHECK(fs::status(given_up.path()).permissions() == fs::perms::owner_all);
  }
  CHECK(names_in(scratch / "parent").empty());
  fs::create_directory(target);  // an empty one gives way
  SiblingDirectory directory(target / "", "writing");
  fill(directory);
  directory.take_its_place();
  CHECK(names_in(scratch / "parent") == std::vector<std::string>{"target"});
  CHECK(names_in(target) == std::vector<std::string>{"file"});
}

TEST_CASE("a directory does not take the place of another that holds something", "[app]") {
  const Scratch scratch;
  fs::create_directory(scratch / "parent");
  const auto target = scratch / "parent/target";
  fs::create_directory(target);
  std::ofstream(target / "theirs") << "bytes";
  {
    SiblingDirectory directory(target, "writing");
    fill(directory);
    CHECK_THROWS_AS(directory.take_its_place(), std::system_error);
  }
  CHECK(names_in(scratch / "parent") == std::vector<std::string>{"target"});
  CHECK(names_in(target) == std::vector<std::string>{"theirs"});
}

}  // namespace annals::sibling_directory_test
