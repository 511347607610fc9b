#include "storage/rekey.hpp"

#include <catch2/catch.hpp>

#include "core/crypto.hpp"
#include "storage/fault_file_system.hpp"
#include "storage/support.hpp"

namespace annals::rekey_test {
using namespace annals::test;

namespace {

const Key kOwn{1, 1};
const Key kNext{2, 2};
constexpr std::string_view kText = "sealed before the master key changed";

/// What must not change with the master key.
struct Kept {
  Digest digest{};
  std::string public_key;
  std::string sealed;
  SlotId live;
  SlotId erased;
};

Kept fill(const StoreOptions& options) {
  const auto store = open_store(options);
  Kept kept;
  kept.erased = store->reserve_slot(kMain);
  kept.live = store->reserve_slot(kMain);
  static_cast<void>(store->reserve_slot(kOther));
  REQUIRE(store->erase_slot(kMain, kept.erased));
  store->sealer().seal(kMain, kept.live, "place", kText, kept.sealed);
  kept.digest = store->digester().digest(kMain, DigestPurpose::email, "ada@example.org");
  kept.public_key = store->signing_key().public_key();
  REQUIRE(append(*store, kMain, {"one", "two"}) == AppendStatus::appended);
  return kept;
}

void check_kept(Store& store, const Kept& kept) {
  CHECK(store.sealer().open(kMain, kept.live, "place", kept.sealed) == kText);
  CHECK_FALSE(store.sealer().open(kMain, kept.erased, "place", kept.sealed));
  CHECK(store.digester().digest(kMain, DigestPurpose::email, "ada@example.org") == kept.digest);
  CHECK(store.signing_key().public_key() == kept.public_key);
  CHECK(read_contents(store, kMain) == std::vector<std::string>{"one", "two"});
}

StoreOptions with_key(StoreOptions options, const std::optional<Key>& key) {
  options.master_key = key;
  return options;
}

std::string problem_of(const StoreOptions& options) {
  const auto opened = Store::open(options);
  return opened ? std::string() : opened.error().sentence;
}

}  // namespace

TEST_CASE("after a rekey only the new master key opens the directory, and nothing else has changed",
          "[storage][rekey]") {
  const std::vector<std::pair<std::optional<Key>, std::optional<Key>>> rows{
      {std::nullopt, kNext}, {kOwn, kNext}, {kOwn, std::nullopt}, {std::nullopt, std::nullopt}};
  for (const auto& [before, after] : rows) {
    CAPTURE(before.has_value(), after.has_value());
    const TempDirectory directory;
    const auto options = options_for(directory.path());
    const auto kept = fill(with_key(options, before));
    const auto rekeyed = rekey(with_key(options, before), after, {});
    REQUIRE(rekeyed);
    CHECK(rekeyed->slots > 2);
    CHECK(rekeyed->damaged == 0);
    check_kept(*open_beside(with_key(options, after)), kept);
    const auto store = open_store(with_key(options, after));
    check_kept(*store, kept);
    // The clean stop before it counts still: no slot is wasted.
    CHECK((store->reserve_slot(kMain) == SlotId{kept.live.value + 1}));
  }
}

TEST_CASE("the old master key opens nothing after a rekey", "[storage][rekey]") {
  const TempDirectory directory;
  const auto options = options_for(directory.path());
  fill(with_key(options, kOwn));
  REQUIRE(rekey(with_key(options, kOwn), kNext, {}));
  const auto opened = Store::open(with_key(options, kOwn));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().kind == StoreProblem::Kind::wrong_master_key);
}

TEST_CASE("a rekey can follow a rekey, and the generated key of before is nowhere", "[storage][rekey]") {
  const TempDirectory directory;
  const auto options = options_for(directory.path());
  const auto kept = fill(options);
  const auto generated = read_file(directory.path() / "master.key");
  REQUIRE(rekey(options, std::nullopt, {}));
  REQUIRE(rekey(options, kNext, {}));
  REQUIRE(rekey(with_key(options, kNext), std::nullopt, {}));
  check_kept(*open_store(options), kept);
  std::size_t master_keys = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path())) {
    if (!entry.is_regular_file()) continue;
    CHECK(read_file(entry.path()).find(generated) == std::string::npos);
    master_keys += entry.path().filename() == "master.key";
  }
  CHECK(master_keys == 1);
  CHECK_FALSE(std::filesystem::exists(directory.path() / "keys"));
  CHECK_FALSE(std::filesystem::exists(directory.path() / "root.secret"));
}

TEST_CASE("a rekey is refused while the directory is open, and under a wrong master key", "[storage][rekey]") {
  const TempDirectory directory;
  const auto options = options_for(directory.path());
  fill(with_key(options, kOwn));
  {
    const auto store = open_store(with_key(options, kOwn));
    const auto refused = rekey(with_key(options, kOwn), kNext, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == StoreProblem::Kind::locked);
  }
  const auto refused = rekey(with_key(options, kNext), kOwn, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == StoreProblem::Kind::wrong_master_key);
  CHECK(problem_of(with_key(options, kOwn)) == "");
}

TEST_CASE("a damaged slot stays damaged under the new master key", "[storage][rekey]") {
  const TempDirectory directory;
  const auto options = options_for(directory.path());
  const auto kept = fill(with_key(options, kOwn));
  flip_byte(directory.path() / "keys" / "1.keys", 64 + (kept.live.value - 1) * 64 + 20);
  const auto rekeyed = rekey(with_key(options, kOwn), kNext, {});
  REQUIRE(rekeyed);
  CHECK(rekeyed->damaged == 1);
  const auto store = open_store(with_key(options, kNext));
  CHECK_THROWS_AS(store->sealer().open(kMain, kept.live, "place", kept.sealed), DecodeError);
}

TEST_CASE("whatever fails during a rekey, the old or the new master key opens the directory",
          "[storage][rekey][faults]") {
  for (const auto fault : {Fault::error_once, Fault::short_write_once, Fault::lost_sync_once, Fault::power_cut}) {
    bool struck = true;
    bool old_opened = false;
    for (long nth = 0; struck; ++nth) {
      CAPTURE(fault, nth);
      const TempDirectory directory;
      const auto kept = fill(with_key(options_for(directory.path()), kOwn));
      const auto faults = std::make_shared<FaultFileSystem>();
      const auto env = rocksdb::NewCompositeEnv(faults);
      auto options = options_for(directory.path());
      options.env = env.get();
      faults->arm(fault, nth);
      const bool done = rekey(with_key(options, kOwn), kNext, {}).has_value();
      struck = faults->struck();
      faults->heal();
      faults->drop_unsynced_if_cut();
      const bool new_opens = problem_of(with_key(options, kNext)) == "";
      const bool old_opens = !new_opens && problem_of(with_key(options, kOwn)) == "";
      REQUIRE((new_opens || old_opens));
      if (done) CHECK(new_opens);
      old_opened = old_opened || old_opens;
      check_kept(*open_store(with_key(options, new_opens ? kNext : kOwn)), kept);
      // And it can be done, or done over.
      REQUIRE(rekey(with_key(options, new_opens ? kNext : kOwn), kNext, {}));
      check_kept(*open_store(with_key(options, kNext)), kept);
    }
    CHECK(old_opened);
  }
}

}  // namespace annals::rekey_test
