#include "storage/data_directory.hpp"

#include <rocksdb/db.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "storage/child.hpp"
#include "storage/engine.hpp"
#include "storage/heads_file.hpp"
#include "storage/secrets.hpp"
#include "storage/support.hpp"

namespace annals::data_directory_test {
using namespace annals::test;
namespace fs = std::filesystem;
using Kind = StoreProblem::Kind;

namespace {

Kind kind_of_opening(const StoreOptions& options) {
  const auto opened = Store::open(options);
  REQUIRE_FALSE(opened);
  INFO(opened.error().sentence);
  CHECK(opened.error().sentence.find(options.directory.string()) != std::string::npos);
  return opened.error().kind;
}

Kind kind_beside(const StoreOptions& options) {
  const auto opened = Store::open_beside(options);
  REQUIRE_FALSE(opened);
  UNSCOPED_INFO(opened.error().sentence);
  return opened.error().kind;
}

}  // namespace

TEST_CASE("a directory that does not exist is made with its parents, for its owner only", "[storage][directory]") {
  TempDirectory directory;
  const auto deep = directory.path() / "far" / "down";
  const auto store = open_store(options_for(deep));
  REQUIRE(append(*store, kMain, {"commit"}) == AppendStatus::appended);
  CHECK(fs::status(deep).permissions() == fs::perms::owner_all);
  CHECK(fs::status(deep / kMasterKeyFile).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(fs::status(deep / kRootSecretFile).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("an empty directory is taken, one with other files is not", "[storage][directory]") {
  TempDirectory directory;
  fs::create_directories(directory.path());
  SECTION("empty") {
    CHECK(Store::open(options_for(directory.path())));
  }
  SECTION("not ours") {
    write_file(directory.path() / "holiday.jpg", "pixels");
    CHECK(kind_of_opening(options_for(directory.path())) == Kind::missing);
    CHECK(kind_beside(options_for(directory.path())) == Kind::missing);
    CHECK(files_ending(directory.path(), "").size() == 1);
  }
}

TEST_CASE("a path that is a file cannot be used", "[storage][directory]") {
  TempDirectory directory;
  write_file(directory.path(), "a file");
  CHECK(kind_of_opening(options_for(directory.path())) == Kind::io);
}

TEST_CASE("reading beside needs data", "[storage][directory]") {
  TempDirectory directory;
  CHECK(kind_beside(options_for(directory.path())) == Kind::missing);
  CHECK_FALSE(fs::exists(directory.path()));
  fs::create_directories(directory.path());
  CHECK(kind_beside(options_for(directory.path())) == Kind::missing);
  CHECK(fs::is_empty(directory.path()));
}

TEST_CASE("a directory in use is locked, in this process and in others", "[storage][directory]") {
  TempDirectory directory;
  auto store = open_store(options_for(directory.path()));
  REQUIRE(append(*store, kMain, {"commit"}) == AppendStatus::appended);
  CHECK(kind_of_opening(options_for(directory.path())) == Kind::locked);
  CHECK(run_child("opens", directory.path()).output == "locked\n");
  store.reset();
  CHECK(run_child("opens", directory.path()).output == "open\n");
  CHECK(Store::open(options_for(directory.path())));
}

TEST_CASE("the generated master key is needed again", "[storage][directory]") {
  TempDirectory directory;
  REQUIRE(append(*open_store(options_for(directory.path())), kMain, {"commit"}) == AppendStatus::appended);
  auto options = options_for(directory.path());
  const auto key_file = directory.path() / kMasterKeyFile;
  SECTION("missing") {
    fs::remove(key_file);
  }
  SECTION("another one") {
    write_file(key_file, format_master_key(random_key()));
  }
  SECTION("another one given") {
    options.master_key = random_key();
  }
  CHECK(kind_of_opening(options) == Kind::wrong_master_key);
  CHECK(kind_beside(options) == Kind::wrong_master_key);
}

TEST_CASE("the generated master key may be given instead of the file", "[storage][directory]") {
  TempDirectory directory;
  REQUIRE(append(*open_store(options_for(directory.path())), kMain, {"commit"}) == AppendStatus::appended);
  auto options = options_for(directory.path());
  options.master_key = parse_master_key(read_file(directory.path() / kMasterKeyFile));
  REQUIRE(options.master_key);
  fs::remove(directory.path() / kMasterKeyFile);
  CHECK(read_contents(*open_store(options), kMain).size() == 1);
}

TEST_CASE("with a master key given none is generated", "[storage][directory]") {
  TempDirectory directory;
  auto options = options_for(directory.path());
  options.master_key = random_key();
  Digest before;
  {
    const auto store = open_store(options);
    before = store->digester().digest(kMain, DigestPurpose::email, "ada@example.org");
  }
  CHECK_FALSE(fs::exists(directory.path() / kMasterKeyFile));
  CHECK(open_store(options)->digester().digest(kMain, DigestPurpose::email, "ada@example.org") == before);
}

TEST_CASE("a master key file holds 64 hexadecimal digits", "[storage][directory]") {
  const Key key = random_key();
  CHECK(parse_master_key(format_master_key(key)) == key);
  CHECK(parse_master_key("  " + to_hex(as_view(key)) + "\r\n") == key);
  CHECK(parse_master_key("") == std::nullopt);
  CHECK(parse_master_key(to_hex(as_view(key)).substr(1)) == std::nullopt);
  CHECK(parse_master_key("g" + to_hex(as_view(key)).substr(1)) == std::nullopt);
}

TEST_CASE("files that are damaged or gone are told from a wrong key", "[storage][directory]") {
  TempDirectory directory;
  REQUIRE(append(*open_store(options_for(directory.path())), kMain, {"commit"}) == AppendStatus::appended);
  SECTION("no root secret") {
    fs::remove(directory.path() / kRootSecretFile);
  }
  SECTION("a flipped byte in the root secret") {
    flip_byte(directory.path() / kRootSecretFile, 30);
  }
  SECTION("no master key in its file") {
    write_file(directory.path() / kMasterKeyFile, "not a key");
  }
  SECTION("a flipped byte in the noted heads") {
    flip_byte(directory.path() / HeadsFile::kName, 20);
  }
  SECTION("no CURRENT") {
    fs::remove(directory.path() / "db" / "CURRENT");
  }
  SECTION("no manifest") {
    const auto current = read_file(directory.path() / "db" / "CURRENT");
    fs::remove(directory.path() / "db" / current.substr(0, current.find('\n')));
  }
  CHECK(kind_of_opening(options_for(directory.path())) == Kind::corrupt);
  CHECK(kind_beside(options_for(directory.path())) == Kind::corrupt);
  // Being refused has not made it worse or "repaired" it.
  CHECK(kind_of_opening(options_for(directory.path())) == Kind::corrupt);
}

TEST_CASE("newer formats are refused as such", "[storage][directory]") {
  TempDirectory directory;
  REQUIRE(append(*open_store(options_for(directory.path())), kMain, {"commit"}) == AppendStatus::appended);
  const Files files(*rocksdb::Env::Default(), directory.path());
  const auto with_engine = [&](auto change) {
    const auto engine = Engine::open(files, {Engine::Mode::write, 1u << 20, {}});
    REQUIRE(engine);
    change(**engine);
  };
  SECTION("of the store") {
    with_engine([](Engine& engine) {
      REQUIRE(engine.db->Put(rocksdb::WriteOptions(), engine.meta, "format", std::string("\x02\0\0\0", 4)).ok());
    });
  }
  SECTION("with more column families") {
    with_engine([](Engine& engine) {
      rocksdb::ColumnFamilyHandle* handle = nullptr;
      REQUIRE(engine.db->CreateColumnFamily({}, "indexes", &handle).ok());
      REQUIRE(engine.db->DestroyColumnFamilyHandle(handle).ok());
    });
  }
  SECTION("of the noted heads") {
    auto bytes = HeadsFile::encode({}).substr(0, 14);
    bytes[8] = 2;
    write_file(directory.path() / HeadsFile::kName, bytes + std::string(as_view(sha256(bytes))));
  }
  SECTION("of the root secret") {
    auto bytes = read_file(directory.path() / kRootSecretFile);
    bytes.resize(bytes.size() - 32);
    bytes[8] = 2;
    write_file(directory.path() / kRootSecretFile, bytes + std::string(as_view(sha256(bytes))));
  }
  CHECK(kind_of_opening(options_for(directory.path())) == Kind::newer_format);
  CHECK(kind_beside(options_for(directory.path())) == Kind::newer_format);
}

TEST_CASE("digests differ by platform, purpose and value, and last", "[storage][directory]") {
  TempDirectory directory;
  Digest kept;
  {
    const auto store = open_store(options_for(directory.path()));
    const auto& digester = store->digester();
    kept = digester.digest(kMain, DigestPurpose::email, "a");
    CHECK(digester.digest(kMain, DigestPurpose::email, "a") == kept);
    CHECK(digester.digest(kMain, DigestPurpose::email, "b") != kept);
    CHECK(digester.digest(kOther, DigestPurpose::email, "a") != kept);
    CHECK(digester.digest(kMain, DigestPurpose::username, "a") != kept);
  }
  CHECK(open_beside(options_for(directory.path()))->digester().digest(kMain, DigestPurpose::email, "a") == kept);
}

}  // namespace annals::data_directory_test
