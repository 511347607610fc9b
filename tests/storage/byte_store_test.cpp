#include <catch2/catch.hpp>

#include "storage/support.hpp"

namespace annals::byte_store_test {
using namespace annals::test;

namespace {

constexpr ViewId kView{4};
constexpr ViewId kNextView{5};

struct EmptyStore {
  TempDirectory directory;
  std::unique_ptr<Store> store = open_store(options_for(directory.path()));
  ByteStore& views() { return store->views(); }
  void put(std::string_view key, std::string_view plain) {
    const auto changes = views().overlay();
    changes->put(kMain, kView, key, plain);
    REQUIRE(views().write(*changes));
  }
};

std::vector<std::string> keys_of(const ViewReader& reader, std::string_view prefix, std::string_view start = {},
                                 ScanOrder order = ScanOrder::ascending) {
  std::vector<std::string> keys;
  for (auto cursor = reader.scan(kMain, kView, prefix, start, order); cursor->valid(); cursor->next()) {
    keys.emplace_back(cursor->key());
  }
  return keys;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("a value is found under its platform, view and key only", "[storage][views]") {
  EmptyStore empty;
  empty.put("key", "plain");
  const auto& latest = empty.views().latest();
  CHECK(latest.get(kMain, kView, "key") == StoredValue{"plain", std::nullopt, std::nullopt});
  CHECK(latest.get_plain(kMain, kView, "key") == "plain");
  CHECK(latest.get(kOther, kView, "key") == std::nullopt);
  CHECK(latest.get(kMain, kNextView, "key") == std::nullopt);
  CHECK(latest.get(kMain, kView, "ke") == std::nullopt);
  CHECK(latest.get_plain(kMain, kView, "key2") == std::nullopt);
}

TEST_CASE("empty keys and values and bytes of every kind are kept", "[storage][views]") {
  EmptyStore empty;
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  empty.put("", "");
  empty.put(all, all);
  CHECK(empty.views().latest().get_plain(kMain, kView, "") == "");
  CHECK(empty.views().latest().get_plain(kMain, kView, all) == all);
}

TEST_CASE("a sealed part is opened when read and stands nowhere in the clear", "[storage][views]") {
  EmptyStore empty;
  const auto slot = empty.store->reserve_slot(kMain);
  const auto changes = empty.views().overlay();
  changes->put_sealed(kMain, kView, "person", "plain-control-string", slot, "ada@example.org");
  const StoredValue expected{"plain-control-string", slot, "ada@example.org"};
  CHECK(changes->get(kMain, kView, "person") == expected);
  REQUIRE(empty.views().write(*changes));
  CHECK(empty.views().latest().get(kMain, kView, "person") == expected);
  CHECK(empty.views().latest().get_plain(kMain, kView, "person") == "plain-control-string");

  empty.store.reset();
  std::string everything;
  for (const auto& file : files_ending(empty.directory.path(), "")) everything += read_file(file);
  CHECK(everything.find("plain-control-string") != std::string::npos);
  CHECK(everything.find("ada@example.org") == std::string::npos);

  empty.store = open_store(options_for(empty.directory.path()));
  CHECK(empty.views().latest().get(kMain, kView, "person") == expected);
}

TEST_CASE("a value written after its data is gone reads like one whose key was erased", "[storage][views]") {
  EmptyStore empty;
  const auto slot = empty.store->reserve_slot(kMain);
  const auto other = empty.store->reserve_slot(kMain);
  const auto changes = empty.views().overlay();
  changes->put_sealed(kMain, kView, "sealed", "rest", slot, "data");
  changes->put_erased(kMain, kView, "gone", "rest", slot);
  changes->put_sealed(kMain, kView, "unconcerned", "rest", other, "still here");
  CHECK(changes->get(kMain, kView, "gone") == StoredValue{"rest", slot, std::nullopt});
  REQUIRE(empty.views().write(*changes));
  REQUIRE(empty.store->erase_slot(kMain, slot));
  const StoredValue erased{"rest", slot, std::nullopt};
  CHECK(empty.views().latest().get(kMain, kView, "sealed") == erased);
  CHECK(empty.views().latest().get(kMain, kView, "gone") == erased);
  CHECK(empty.views().latest().get(kMain, kView, "unconcerned") == StoredValue{"rest", other, "still here"});
  CHECK_THROWS_AS(changes->put_sealed(kMain, kView, "again", "rest", slot, "data"), std::runtime_error);
}

TEST_CASE("a key erased between sealing and writing leaves a value without data", "[storage][views]") {
  EmptyStore empty;
  const auto slot = empty.store->reserve_slot(kMain);
  const auto changes = empty.views().overlay();
  changes->put_sealed(kMain, kView, "key", "rest", slot, "data");
  REQUIRE(empty.store->erase_slot(kMain, slot));
  REQUIRE(append(*empty.store, kMain, {"commit"}, *changes) == AppendStatus::appended);
  CHECK(empty.views().latest().get(kMain, kView, "key") == StoredValue{"rest", slot, std::nullopt});
}

TEST_CASE("a scan gives the keys that begin with the prefix, either way", "[storage][views]") {
  EmptyStore empty;
  for (const auto* key : {"a", "b", "b1", "b2", "b21", "b3", "c", "\xFF", "\xFF\xFF"}) empty.put(key, key);
  const auto changes = empty.views().overlay();
  changes->put(kMain, kNextView, "b1", "of the next view");
  changes->put(PlatformId{2}, kView, "b1", "of the next platform");
  REQUIRE(empty.views().write(*changes));
  const auto& latest = empty.views().latest();

  CHECK(keys_of(latest, "b") == Keys{"b", "b1", "b2", "b21", "b3"});
  CHECK(keys_of(latest, "b", "2") == Keys{"b2", "b21", "b3"});
  CHECK(keys_of(latest, "b", "15") == Keys{"b2", "b21", "b3"});
  CHECK(keys_of(latest, "b", "4") == Keys{});
  CHECK(keys_of(latest, "b", {}, ScanOrder::descending) == Keys{"b3", "b21", "b2", "b1", "b"});
  CHECK(keys_of(latest, "b", "2", ScanOrder::descending) == Keys{"b2", "b1", "b"});
  CHECK(keys_of(latest, "b", "20", ScanOrder::descending) == Keys{"b2", "b1", "b"});
  CHECK(keys_of(latest, "d") == Keys{});
  CHECK(keys_of(latest, "\xFF") == Keys{"\xFF", "\xFF\xFF"});
  CHECK(keys_of(latest, "\xFF", {}, ScanOrder::descending) == Keys{"\xFF\xFF", "\xFF"});
  CHECK(keys_of(latest, "").size() == 9);
  CHECK(keys_of(latest, "", {}, ScanOrder::descending).front() == "\xFF\xFF");
}

TEST_CASE("a cursor gives plain part and opened value", "[storage][views]") {
  EmptyStore empty;
  const auto slot = empty.store->reserve_slot(kMain);
  const auto changes = empty.views().overlay();
  changes->put_sealed(kMain, kView, "k1", "plain 1", slot, "data 1");
  changes->put(kMain, kView, "k2", "plain 2");
  const auto check = [&](const ViewReader& reader) {
    const auto cursor = reader.scan(kMain, kView, "k");
    REQUIRE(cursor->valid());
    CHECK(cursor->plain() == "plain 1");
    CHECK(cursor->value() == StoredValue{"plain 1", slot, "data 1"});
    cursor->next();
    REQUIRE(cursor->valid());
    CHECK(cursor->value() == StoredValue{"plain 2", std::nullopt, std::nullopt});
    cursor->next();
    CHECK_FALSE(cursor->valid());
  };
  check(*changes);
  REQUIRE(empty.views().write(*changes));
  check(empty.views().latest());
}

TEST_CASE("an overlay shows its own changes over what is stored", "[storage][views]") {
  EmptyStore empty;
  for (const auto* key : {"k1", "k3", "k5", "k7"}) empty.put(key, "stored");
  const auto changes = empty.views().overlay();
  changes->erase(kMain, kView, "k1");
  changes->put(kMain, kView, "k2", "new");
  changes->put(kMain, kView, "k5", "changed");
  changes->erase(kMain, kView, "k6");
  changes->erase(kMain, kView, "k7");
  CHECK(keys_of(*changes, "k") == Keys{"k2", "k3", "k5"});
  CHECK(keys_of(*changes, "k", {}, ScanOrder::descending) == Keys{"k5", "k3", "k2"});
  CHECK(keys_of(*changes, "k", "4") == Keys{"k5"});
  CHECK(keys_of(*changes, "k", "4", ScanOrder::descending) == Keys{"k3", "k2"});
  CHECK(changes->get_plain(kMain, kView, "k5") == "changed");
  CHECK(changes->get_plain(kMain, kView, "k3") == "stored");
  CHECK(changes->get_plain(kMain, kView, "k1") == std::nullopt);
  CHECK(keys_of(empty.views().latest(), "k") == Keys{"k1", "k3", "k5", "k7"});
}

TEST_CASE("save points nest and roll back", "[storage][views]") {
  EmptyStore empty;
  empty.put("stored", "below");
  const auto changes = empty.views().overlay();
  changes->put(kMain, kView, "a", "1");
  changes->set_save_point();
  changes->put(kMain, kView, "a", "2");
  changes->put(kMain, kView, "b", "2");
  changes->set_save_point();
  changes->put(kMain, kView, "a", "3");
  changes->erase(kMain, kView, "b");
  changes->erase(kMain, kView, "stored");
  changes->put(kMain, kView, "c", "3");
  CHECK(keys_of(*changes, "") == Keys{"a", "c"});

  SECTION("the inner one alone") {
    changes->roll_back();
    CHECK(keys_of(*changes, "") == Keys{"a", "b", "stored"});
    CHECK(changes->get_plain(kMain, kView, "a") == "2");
    changes->drop_save_point();
    CHECK(keys_of(*changes, "") == Keys{"a", "b", "stored"});
  }
  SECTION("the outer one, after the inner one was dropped") {
    changes->drop_save_point();
    changes->roll_back();
    CHECK(keys_of(*changes, "") == Keys{"a", "stored"});
    CHECK(changes->get_plain(kMain, kView, "a") == "1");
  }
}

TEST_CASE("views are written in the same step as the commits", "[storage][views][log]") {
  EmptyStore empty;
  const auto changes = empty.views().overlay();
  changes->put(kMain, kView, "key", "with the commit");
  REQUIRE(append(*empty.store, kMain, {"commit"}, *changes) == AppendStatus::appended);
  CHECK(empty.views().latest().get_plain(kMain, kView, "key") == "with the commit");
  // Others may be reading it meanwhile.
  CHECK(changes->get_plain(kMain, kView, "key") == "with the commit");
}

TEST_CASE("changes on top of others show both, and are written by themselves", "[storage][views]") {
  EmptyStore empty;
  empty.put("stored", "stored");
  empty.put("hidden", "stored");
  const auto below = empty.views().overlay();
  below->put(kMain, kView, "below", "below");
  below->put(kMain, kView, "changed", "below");
  below->erase(kMain, kView, "hidden");
  const auto above = empty.views().overlay_on(*below);
  above->put(kMain, kView, "changed", "above");
  above->put(kMain, kView, "above", "above");
  CHECK(keys_of(*above, "") == Keys{"above", "below", "changed", "stored"});
  CHECK(above->get_plain(kMain, kView, "changed") == "above");
  CHECK_FALSE(above->get_plain(kMain, kView, "hidden"));
  CHECK(below->get_plain(kMain, kView, "changed") == "below");
  REQUIRE(append(*empty.store, kMain, {"below"}, *below) == AppendStatus::appended);
  CHECK(keys_of(empty.views().latest(), "") == Keys{"below", "changed", "stored"});
  above->rest_on_latest();
  CHECK(keys_of(*above, "") == Keys{"above", "below", "changed", "stored"});
  REQUIRE(append(*empty.store, kMain, {"above"}, *above) == AppendStatus::appended);
  CHECK(keys_of(empty.views().latest(), "") == Keys{"above", "below", "changed", "stored"});
  CHECK(empty.views().latest().get_plain(kMain, kView, "changed") == "above");
}

TEST_CASE("a snapshot stays as it was", "[storage][views]") {
  EmptyStore empty;
  empty.put("k1", "old");
  const auto snapshot = empty.views().snapshot();
  empty.put("k1", "new");
  empty.put("k2", "new");
  CHECK(snapshot->get_plain(kMain, kView, "k1") == "old");
  CHECK(keys_of(*snapshot, "k") == Keys{"k1"});
  CHECK(empty.views().latest().get_plain(kMain, kView, "k1") == "new");
}

TEST_CASE("clearing drops one view of one platform", "[storage][views]") {
  EmptyStore empty;
  const auto changes = empty.views().overlay();
  changes->put(kMain, kView, "", "a");
  changes->put(kMain, kView, "\xFF\xFF\xFF", "b");
  changes->put(kMain, kNextView, "", "c");
  changes->put(kMain, ViewId{3}, "\xFF", "d");
  changes->put(kOther, kView, "k", "e");
  changes->put(PlatformId{UINT64_MAX}, ViewId{255}, "k", "f");
  REQUIRE(empty.views().write(*changes));
  empty.views().clear(kMain, kView);
  CHECK(keys_of(empty.views().latest(), "") == Keys{});
  CHECK(empty.views().latest().get_plain(kMain, kNextView, "") == "c");
  CHECK(empty.views().latest().get_plain(kMain, ViewId{3}, "\xFF") == "d");
  CHECK(empty.views().latest().get_plain(kOther, kView, "k") == "e");
  empty.views().clear(PlatformId{UINT64_MAX}, ViewId{255});
  CHECK(empty.views().latest().get_plain(PlatformId{UINT64_MAX}, ViewId{255}, "k") == std::nullopt);
  CHECK(empty.views().latest().get_plain(kOther, kView, "k") == "e");
}

TEST_CASE("a sealed value put under another key does not open", "[storage][views]") {
  EmptyStore empty;
  const auto slot = empty.store->reserve_slot(kMain);
  std::string sealed;
  empty.store->sealer().seal(kMain, slot, "additional", "data", sealed);
  CHECK(empty.store->sealer().open(kMain, slot, "additional", sealed) == "data");
  CHECK_THROWS_AS(empty.store->sealer().open(kMain, slot, "another", sealed), DecodeError);
  CHECK_THROWS_AS(empty.store->sealer().open(kMain, SlotId{slot.value + 1}, "additional", sealed), DecodeError);
  CHECK_THROWS_AS(empty.store->sealer().open(kOther, slot, "additional", sealed), DecodeError);
}

}  // namespace annals::byte_store_test
