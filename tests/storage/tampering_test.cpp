#include <catch2/catch.hpp>

#include "core/crypto.hpp"
#include "storage/engine.hpp"
#include "storage/log_entry.hpp"
#include "storage/support.hpp"

namespace annals::tampering_test {
using namespace annals::test;

namespace {

constexpr std::uint64_t kCommits = 4;

/// A log of commits of one event each, whose stored bytes somebody may change.
class Tampered {
 public:
  Tampered() {
    const auto store = open_store(options_for(directory_.path()));
    REQUIRE(append(*store, kMain, {"first", "second", "third", "fourth"}) == AppendStatus::appended);
  }

  std::string get(std::uint64_t position) {
    std::string value;
    REQUIRE(engine().db->Get({}, engine_->log, key(position), &value).ok());
    return value;
  }
  void put(std::uint64_t position, const std::string& value) {
    REQUIRE(engine().db->Put({}, engine_->log, key(position), value).ok());
  }
  void remove(std::uint64_t position) { REQUIRE(engine().db->Delete({}, engine_->log, key(position)).ok()); }

  /// Where reading finds the first damage; 0: nowhere.
  std::uint64_t damage_found() {
    engine_.reset();
    const auto opened = Store::open_beside(options_for(directory_.path()));
    if (!opened) return opened.error().position.value_or(Position{0}).value;
    try {
      read_contents(**opened, kMain);
    } catch (const LogDamage& damage) {
      return damage.position.value;
    }
    return 0;
  }

 private:
  static std::string key(std::uint64_t position) { return LogKey{kMain, Position{position}}.encode(); }
  Engine& engine() {
    if (engine_) return *engine_;
    auto opened = Engine::open(files_, {Engine::Mode::write, 1u << 20, {}});
    REQUIRE(opened);
    engine_ = *std::move(opened);
    return *engine_;
  }

  TempDirectory directory_;
  Files files_{*rocksdb::Env::Default(), directory_.path()};
  std::unique_ptr<Engine> engine_;
};

std::string with_hash(std::string record) {
  return record + std::string(as_view(sha256(record)));
}

std::string record_of(const std::string& value) {
  return value.substr(0, value.size() - 32);
}

/// The record at another position, with a hash that fits.
std::string moved_to(std::uint64_t position, const std::string& value) {
  auto record = record_of(value);
  ByteReader in(record);
  auto frame = CommitFrame::decode(in);
  frame.first = Position{position};
  std::string head;
  ByteWriter out(head);
  frame.encode(out);
  return with_hash(record.replace(0, head.size(), head));
}

}  // namespace

TEST_CASE("a log that nobody touched reads to its end", "[storage][tampering]") {
  CHECK(Tampered().damage_found() == 0);
}

TEST_CASE("any byte of a commit that was changed is found, at that commit", "[storage][tampering]") {
  Tampered log;
  for (std::uint64_t position = 1; position <= kCommits; ++position) {
    const auto original = log.get(position);
    for (std::size_t at = 0; at < original.size(); ++at) {
      CAPTURE(position, at);
      auto value = original;
      value[at] = static_cast<char>(value[at] ^ 1 << at % 8);
      log.put(position, value);
      REQUIRE(log.damage_found() == position);
    }
    log.put(position, original);
  }
  CHECK(log.damage_found() == 0);
}

TEST_CASE("a changed commit whose own hash was made to fit is found at the one behind it", "[storage][tampering]") {
  Tampered log;
  auto record = record_of(log.get(2));
  record.back() = 'D';
  log.put(2, with_hash(record));
  CHECK(log.damage_found() == 3);
}

TEST_CASE("a changed last commit whose own hash was made to fit is found by the noted head", "[storage][tampering]") {
  Tampered log;
  auto record = record_of(log.get(kCommits));
  record.back() = 'H';
  log.put(kCommits, with_hash(record));
  CHECK(log.damage_found() == kCommits);
}

TEST_CASE("two swapped commits are found, as they are and with positions that fit", "[storage][tampering]") {
  for (const bool fitting : {false, true}) {
    CAPTURE(fitting);
    Tampered log;
    const auto second = log.get(2);
    const auto third = log.get(3);
    log.put(2, fitting ? moved_to(2, third) : third);
    log.put(3, fitting ? moved_to(3, second) : second);
    CHECK(log.damage_found() == 2);
  }
}

TEST_CASE("a removed commit is found, in the middle and at the end", "[storage][tampering]") {
  for (const std::uint64_t position : {std::uint64_t{1}, std::uint64_t{3}, kCommits}) {
    CAPTURE(position);
    Tampered log;
    log.remove(position);
    CHECK(log.damage_found() == position);
  }
}

}  // namespace annals::tampering_test
