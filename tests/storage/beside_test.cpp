#include <catch2/catch.hpp>
#include <cstdlib>
#include <iterator>
#include <map>
#include <optional>

#include "storage/support.hpp"

namespace annals::beside_test {
using namespace annals::test;
namespace fs = std::filesystem;

namespace {

std::map<std::string, std::string> all_bytes(const fs::path& directory) {
  std::map<std::string, std::string> bytes;
  for (const auto& file : files_ending(directory, "")) bytes[file.string()] = read_file(file);
  return bytes;
}

/// Temporary files come here while it lives, so that nobody else's are counted.
class OwnTemporaryFiles {
 public:
  OwnTemporaryFiles() {
    fs::create_directories(here_.path());
    setenv("TMPDIR", here_.path().c_str(), 1);
  }
  ~OwnTemporaryFiles() {
    if (before_) {
      setenv("TMPDIR", before_->c_str(), 1);
    } else {
      unsetenv("TMPDIR");
    }
  }
  std::ptrdiff_t count() const { return std::distance(fs::directory_iterator(here_.path()), fs::directory_iterator()); }

 private:
  static std::optional<std::string> set_before() {
    const char* set = std::getenv("TMPDIR");
    return set != nullptr ? std::optional<std::string>(set) : std::nullopt;
  }
  const TempDirectory here_;
  const std::optional<std::string> before_ = set_before();
};

}  // namespace

TEST_CASE("a reader beside a writer sees what was there when it opened", "[storage][beside]") {
  TempDirectory directory;
  const auto store = open_store(options_for(directory.path()));
  const auto views = store->views().overlay();
  const auto slot = store->reserve_slot(kMain);
  views->put_sealed(kMain, ViewId{1}, "key", "plain", slot, "data");
  REQUIRE(append(*store, kMain, {"one", "two"}, *views) == AppendStatus::appended);
  const auto beside = open_beside(options_for(directory.path()));
  REQUIRE(append(*store, kMain, {"three"}) == AppendStatus::appended);
  CHECK(read_contents(*beside, kMain) == std::vector<std::string>{"one", "two"});
  CHECK(beside->log().head(kMain).position == Position{2});
  CHECK(beside->views().latest().get(kMain, ViewId{1}, "key") == StoredValue{"plain", slot, "data"});
  CHECK(beside->views().snapshot()->get_plain(kMain, ViewId{1}, "key") == "plain");
  CHECK(read_contents(*open_beside(options_for(directory.path())), kMain).size() == 3);
}

TEST_CASE("a reader alone changes no byte of the directory and leaves nothing elsewhere", "[storage][beside]") {
  TempDirectory directory;
  REQUIRE(append(*open_store(options_for(directory.path())), kMain, {"one", "two"}) == AppendStatus::appended);
  const auto before = all_bytes(directory.path());
  const OwnTemporaryFiles temporary;
  {
    const auto beside = open_beside(options_for(directory.path()));
    CHECK(read_contents(*beside, kMain).size() == 2);
    CHECK(temporary.count() == 1);
  }
  CHECK(all_bytes(directory.path()) == before);
  CHECK(temporary.count() == 0);
}

TEST_CASE("a reader beside refuses every write", "[storage][beside]") {
  TempDirectory directory;
  REQUIRE(append(*open_store(options_for(directory.path())), kMain, {"one"}) == AppendStatus::appended);
  const auto beside = open_beside(options_for(directory.path()));
  CHECK(append(*beside, kMain, {"two"}) == AppendStatus::unavailable);
  const auto changes = beside->views().overlay();
  changes->put(kMain, ViewId{1}, "key", "value");
  CHECK_FALSE(beside->views().write(*changes));
  CHECK_THROWS_AS(beside->views().clear(kMain, ViewId{1}), std::runtime_error);
  CHECK_THROWS_AS(beside->reserve_slot(kMain), std::logic_error);
  CHECK_THROWS_AS(beside->erase_slot(kMain, SlotId{1}), std::logic_error);
  CHECK_FALSE(beside->reopen());
}

TEST_CASE("an overlay over a reader beside shows its changes", "[storage][beside]") {
  TempDirectory directory;
  {
    const auto store = open_store(options_for(directory.path()));
    const auto changes = store->views().overlay();
    changes->put(kMain, ViewId{1}, "k1", "stored");
    REQUIRE(store->views().write(*changes));
  }
  const auto beside = open_beside(options_for(directory.path()));
  const auto changes = beside->views().overlay();
  changes->put(kMain, ViewId{1}, "k2", "scratch");
  CHECK(changes->get_plain(kMain, ViewId{1}, "k1") == "stored");
  CHECK(changes->get_plain(kMain, ViewId{1}, "k2") == "scratch");
}

}  // namespace annals::beside_test
