#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "storage/fault_file_system.hpp"
#include "storage/support.hpp"

namespace annals::reopen_test {
using namespace annals::test;

namespace {

constexpr ViewId kView{6};

/// A store whose disk can be made to refuse, with one commit and one view value in it.
struct Refusing {
  Refusing() {
    options.env = env.get();
    store = open_store(options);
    put("key", "before");
  }
  void put(std::string_view key, std::string_view value) {
    const auto views = store->views().overlay();
    views->put(kMain, kView, key, value);
    REQUIRE(append(*store, kMain, {std::string(value)}, *views) == AppendStatus::appended);
  }
  AppendStatus put_in_vain(std::string_view value) {
    const auto views = store->views().overlay();
    views->put(kMain, kView, "key", value);
    return append(*store, kMain, {std::string(value)}, *views);
  }
  std::optional<std::string> read(const ViewReader& reader) { return reader.get_plain(kMain, kView, "key"); }

  TempDirectory directory;
  std::shared_ptr<FaultFileSystem> disk = std::make_shared<FaultFileSystem>();
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
  StoreOptions options = options_for(directory.path());
  std::unique_ptr<Store> store;
};

}  // namespace

TEST_CASE("after a failed append nothing is written until the store is reopened, and reads go on",
          "[storage][reopen]") {
  Refusing refusing;
  refusing.disk->arm(Fault::full_until_healed, 0);
  CHECK(refusing.put_in_vain("refused") == AppendStatus::unknown);
  CHECK(refusing.put_in_vain("refused") == AppendStatus::unavailable);
  CHECK_FALSE(refusing.store->reopen());
  CHECK(refusing.read(refusing.store->views().latest()) == "before");
  CHECK(read_contents(*refusing.store, kMain) == std::vector<std::string>{"before"});
  CHECK(refusing.put_in_vain("refused") == AppendStatus::unavailable);
  refusing.disk->heal();
  CHECK(refusing.put_in_vain("refused") == AppendStatus::unavailable);
  CHECK(refusing.store->reopen());
  refusing.put("key", "after");
  CHECK(refusing.read(refusing.store->views().latest()) == "after");
  CHECK(refusing.store->log().head(kMain).position.value == read_contents(*refusing.store, kMain).size());
}

TEST_CASE("a reopening that fails half-way leaves the data to readers", "[storage][reopen]") {
  long failed = 0;
  for (long nth = 0;; ++nth) {
    CAPTURE(nth);
    Refusing refusing;
    // Enough room for the probe, then none: it is RocksDB that fails.
    refusing.disk->arm(Fault::full_until_healed, nth);
    const bool reopened = refusing.store->reopen();
    CHECK(refusing.read(refusing.store->views().latest()) == "before");
    CHECK(read_contents(*refusing.store, kMain) == std::vector<std::string>{"before"});
    if (reopened && !refusing.disk->struck()) break;
    if (!reopened) {
      ++failed;
      CHECK(refusing.put_in_vain("refused") == AppendStatus::unavailable);
      refusing.disk->heal();
      REQUIRE(refusing.store->reopen());
    }
    refusing.disk->heal();
    if (refusing.put_in_vain("after") != AppendStatus::appended) {
      REQUIRE(refusing.store->reopen());
      refusing.put("key", "after");
    }
    CHECK(refusing.read(refusing.store->views().latest()) == "after");
  }
  CHECK(failed > 10);
}

TEST_CASE("a snapshot outlives reopening and then reads the state as of that", "[storage][reopen]") {
  Refusing refusing;
  const auto snapshot = refusing.store->views().snapshot();
  refusing.put("key", "later");
  CHECK(refusing.read(*snapshot) == "before");
  REQUIRE(refusing.store->reopen());
  CHECK(refusing.read(*snapshot) == "later");
  refusing.put("key", "latest");
  CHECK(refusing.read(*snapshot) == "later");
  REQUIRE(refusing.store->reopen());
  CHECK(refusing.read(*snapshot) == "latest");
}

TEST_CASE("reopening waits for cursors and lets their threads finish", "[storage][reopen]") {
  Refusing refusing;
  auto cursor = refusing.store->views().latest().scan(kMain, kView, "");
  std::atomic<bool> read_again = false;
  std::thread reader([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    // With a cursor open and the gate closed: must not wait for ever.
    read_again = refusing.read(refusing.store->views().latest()) == "before";
    cursor.reset();
  });
  CHECK(refusing.store->reopen());
  reader.join();
  CHECK(read_again);
}

TEST_CASE("readers on other threads never notice that the store is reopened", "[storage][reopen]") {
  Refusing refusing;
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> reads = 0;
  std::vector<std::thread> readers;
  for (int n = 0; n < 3; ++n) {
    readers.emplace_back([&, n] {
      while (!stop) {
        const auto snapshot = refusing.store->views().snapshot();
        const bool right = n == 0   ? read_contents(*refusing.store, kMain).front() == "before"
                           : n == 1 ? refusing.read(*snapshot).has_value()
                                    : snapshot->scan(kMain, kView, "k")->valid();
        wrong += right ? 0 : 1;
        ++reads;
      }
    });
  }
  for (int round = 0; round < 8; ++round) {
    REQUIRE(refusing.store->reopen());
    refusing.put("key", "round " + std::to_string(round));
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  CHECK(wrong == 0);
  CHECK(reads > 0);
}

TEST_CASE("with durability os a sync that fails in the background stops writing until reopened", "[storage][reopen]") {
  TempDirectory directory;
  auto disk = std::make_shared<FaultFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  auto options = options_for(directory.path());
  options.env = env.get();
  options.durability = Durability::os;
  const auto store = open_store(options);
  REQUIRE(append(*store, kMain, {"first"}) == AppendStatus::appended);
  disk->arm(Fault::lost_sync_once, 0);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!disk->struck() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  REQUIRE(disk->struck());
  while (append(*store, kMain, {"meanwhile"}) == AppendStatus::appended) continue;
  CHECK(append(*store, kMain, {"refused"}) == AppendStatus::unavailable);
  REQUIRE(store->reopen());
  const auto head = store->log().head(kMain);
  CHECK(read_contents(*store, kMain).size() == head.position.value);
  CHECK(append(*store, kMain, {"after"}) == AppendStatus::appended);
}

TEST_CASE("acknowledged commits that are gone keep the store from going on", "[storage][reopen]") {
  Refusing refusing;
  refusing.put("key", "second");
  // What nobody noticed losing: the write-ahead log's end goes while the store is open.
  for (const auto& wal : files_ending(refusing.directory.path() / "db", ".log")) {
    const auto bytes = read_file(wal);
    const auto at = bytes.find("second");
    if (at != std::string::npos) std::filesystem::resize_file(wal, at);
  }
  CHECK_FALSE(refusing.store->reopen());
  CHECK_FALSE(refusing.store->reopen());
  CHECK(refusing.put_in_vain("on top of a loss") == AppendStatus::unavailable);
  REQUIRE_FALSE(refusing.store->notices().empty());
  CHECK(refusing.store->notices().front().find("position 2") != std::string::npos);
}

}  // namespace annals::reopen_test
