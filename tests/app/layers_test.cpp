#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace annals::layers_test {
namespace {

namespace fs = std::filesystem;

/// Which folders each may include from, besides itself. ARCHITECTURE.md says why.
const std::map<std::string, std::set<std::string>> kMayKnow{
    {"core", {}},
    {"events", {"core"}},
    {"commands", {"core", "events"}},
    {"projections", {"core", "events", "storage"}},
    {"storage", {"core"}},
    {"http", {"core", "events", "commands", "projections"}},
    {"app", {"core", "events", "commands", "projections", "storage", "http"}},
};

/// Libraries that only some folders may include.
const std::vector<std::pair<std::string, std::set<std::string>>> kKeptTo{
    {"rocksdb/", {"storage"}},
    {"boost/asio", {"http", "app"}},
    {"boost/beast", {"http", "app"}},
    {"prometheus/", {"http"}},
    {"curl/", {"app"}},
    {"sqlite3.h", {"app"}},
};

fs::path folder_path(const std::string& folder) {
  const fs::path root = ANNALS_SOURCE_DIR;
  return folder == "storage" ? root / folder : root / "src" / folder;
}

std::vector<std::string> includes_of(const fs::path& file) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::vector<std::string> found;
  std::ifstream lines(file);
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_search(line, match, kInclude)) found.push_back(match[1]);
  }
  return found;
}

/// What is wrong with the include; empty: nothing.
std::string fault(const std::string& folder, const std::string& include) {
  const auto target = include.substr(0, include.find('/'));
  if (kMayKnow.contains(target) && target != folder && !kMayKnow.at(folder).contains(target)) return include;
  for (const auto& [library, folders] : kKeptTo) {
    if (include.starts_with(library) && !folders.contains(folder)) return include;
  }
  return {};
}

}  // namespace

TEST_CASE("no folder includes one that it must not know", "[layers]") {
  for (const auto& [folder, known] : kMayKnow) {
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder_path(folder))) {
      const auto extension = entry.path().extension();
      if (extension != ".hpp" && extension != ".cpp") continue;
      ++files;
      for (const auto& include : includes_of(entry.path())) {
        INFO(entry.path().string());
        CHECK(fault(folder, include) == "");
      }
    }
    INFO(folder);
    CHECK(files > 0);
  }
}

TEST_CASE("an include against the rules is noticed", "[layers]") {
  CHECK(fault("core", "events/event.hpp") == "events/event.hpp");
  CHECK(fault("projections", "commands/state.hpp") == "commands/state.hpp");
  CHECK(fault("projections", "rocksdb/db.h") == "rocksdb/db.h");
  CHECK(fault("storage", "boost/asio/post.hpp") == "boost/asio/post.hpp");
  CHECK(fault("commands", "commands/state.hpp") == "");
  CHECK(fault("commands", "vector") == "");
}

}  // namespace annals::layers_test
