#include "app/subcommands/verify.hpp"

#include <fcntl.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>

#include "app/exit_codes.hpp"
#include "app/log_notary.hpp"
#include "real_directory.hpp"
#include "storage/engine.hpp"
#include "storage/heads_file.hpp"
#include "storage/log_entry.hpp"
#include "support/fresh_seed.hpp"

namespace annals::verify_test {
using namespace annals::test;

namespace {

constexpr PlatformId kMain{1};

/// What is written to a descriptor goes into a file meanwhile.
class Captured {
 public:
  Captured(std::FILE* stream, std::filesystem::path file) : stream_(stream), file_(std::move(file)) {
    std::fflush(stream_);
    kept_ = ::dup(::fileno(stream_));
    const int to = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(to, ::fileno(stream_));
    ::close(to);
  }
  std::string end() {
    std::fflush(stream_);
    ::dup2(kept_, ::fileno(stream_));
    ::close(kept_);
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::FILE* stream_;
  std::filesystem::path file_;
  int kept_ = -1;
};

struct Said {
  int code;
  std::string out;
  std::string err;
};

std::string entry_of(const CommitRecord& commit) {
  return commit.bytes + std::string(as_view(commit.hash));
}

/// A directory whose owner changes it behind the program's back, and a head of main that an auditor noted of it before.
class Owned {
 public:
  Owned() {
    {
      const auto store = first_start(directory());
      for (const auto* name : {"ada", "grace", "joan"}) add_person(*store, name);
      std::ofstream(noted()) << signed_head(*store, kMain, "main", store->log().head(kMain), clock_now()).json();
      for (const auto platform : {kSystemPlatform, kMain}) commits[platform] = all_commits(*store, platform);
    }
    REQUIRE(commits[kMain].size() >= 5);
    REQUIRE(says().code == kDone);
  }

  Said says(const std::string& head_file = {}) const {
    Config config;
    config.data = directory();
    config.block_cache_bytes = 1u << 20;
    Captured out(stdout, scratch_ / "out");
    Captured err(stderr, scratch_ / "err");
    const auto code = verify(config, {{}, 1, head_file});
    Said said{code, out.end(), err.end()};
    UNSCOPED_INFO(said.out << said.err);
    return said;
  }
  std::string noted() const { return (scratch_ / "head.json").string(); }
  std::string first_of(std::size_t commit) { return std::to_string(commits[kMain][commit].frame.first.value); }

  /// `value` under the key of the commit that was there at first; without one: nothing.
  void put(const CommitRecord& at, std::optional<std::string> value) const {
    const auto engine = Engine::open(files_, {Engine::Mode::write, 1u << 20, {}});
    REQUIRE(engine);
    const auto key = LogKey{at.frame.platform, at.frame.first}.encode();
    auto& db = *(*engine)->db;
    REQUIRE((value ? db.Put({}, (*engine)->log, key, *value) : db.Delete({}, (*engine)->log, key)).ok());
  }
  /// These are main's log now, and the head that is noted beside it fits.
  void replace_log(const std::vector<CommitRecord>& with) {
    for (const auto& commit : commits[kMain]) put(commit, std::nullopt);
    for (const auto& commit : with) put(commit, entry_of(commit));
    auto heads = HeadsFile::read(files_);
    REQUIRE(heads);
    (*heads)[kMain] = Head{with.back().frame.last(), with.back().hash};
    REQUIRE(HeadsFile::write(files_, *heads).ok());
  }

  std::map<PlatformId, std::vector<CommitRecord>> commits;

 private:
  std::filesystem::path directory() const { return scratch_ / "data"; }

  Scratch scratch_;
  Files files_{*rocksdb::Env::Default(), directory()};
};

void check_damage(const Said& said, const std::string& position, const std::string& why) {
  CHECK(said.code == kCheckFailed);
  CHECK_THAT(said.out, Catch::Contains("main: commit at position " + position + " does not verify: " + why));
  CHECK_THAT(said.err, Catch::Contains("the log of platform main is damaged at position " + position + ": " + why));
}

/// It verifies by itself; only against the noted head it does not.
void check_refuted(const Owned& owned, const std::string& why) {
  CHECK(owned.says().code == kDone);
  const auto against_noted = owned.says(owned.noted());
  CHECK(against_noted.code == kCheckFailed);
  CHECK_THAT(against_noted.err, Catch::Contains(why));
}

void alter(CommitRecord& commit) {
  auto& byte = commit.bytes[CommitFrame::kBytes + 5];  // in the correlation id
  byte = static_cast<char>(byte ^ 1);
}

}  // namespace

TEST_CASE("verify says of a log that nobody touched how far it goes, and that it extends a noted head",
          "[app][audit]") {
  Owned owned;
  const auto& last = owned.commits[kMain].back();
  const auto whole =
      "main: verified " + std::to_string(last.frame.last().value) + " events, head " + to_hex(as_view(last.hash));
  CHECK_THAT(owned.says().out, Catch::Contains(whole + "\n"));
  const auto extending = owned.says(owned.noted());
  CHECK(extending.code == kDone);
  CHECK_THAT(extending.out, Catch::Contains(whole + "; extends the head noted at position "));
}

TEST_CASE("any changed byte of any commit is found at that commit", "[app][audit]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Owned owned;
  for (const auto& [platform, commits] : owned.commits) {
    for (const auto& commit : commits) {
      const auto original = entry_of(commit);
      for (int sample = 0; sample < 6; ++sample) {
        const auto at = std::uniform_int_distribution<std::size_t>(0, original.size() - 1)(random);
        INFO("byte " << at << " of the commit at " << commit.frame.first.value << " of platform " << platform.value);
        auto altered = original;
        altered[at] = static_cast<char>(altered[at] ^ 1 << random() % 8);
        owned.put(commit, altered);
        const auto said = owned.says();
        REQUIRE(said.code == kCheckFailed);
        REQUIRE_THAT(said.err, Catch::Contains("at position " + std::to_string(commit.frame.first.value)));
      }
      owned.put(commit, original);
    }
  }
  CHECK(owned.says().code == kDone);
}

TEST_CASE("a removed tail is found by the head noted beside the log, and by a signed one when that was cut too",
          "[app][audit]") {
  Owned owned;
  auto cut = owned.commits[kMain];
  const auto lost = owned.first_of(cut.size() - 1);
  owned.put(cut.back(), std::nullopt);
  const auto said = owned.says();
  CHECK(said.code == kCheckFailed);
  CHECK_THAT(said.err, Catch::Contains("at position " + lost));
  cut.pop_back();
  owned.replace_log(cut);
  check_refuted(owned, "its tail was removed");
}

TEST_CASE("two swapped commits are found, and when they were chained anew by a signed head", "[app][audit]") {
  Owned owned;
  auto swapped = owned.commits[kMain];
  const auto at = swapped.size() - 3;
  REQUIRE(swapped[at].frame.count == swapped[at + 1].frame.count);
  owned.put(swapped[at], entry_of(swapped[at + 1]));
  owned.put(swapped[at + 1], entry_of(swapped[at]));
  CHECK(owned.says().code == kCheckFailed);
  CHECK_THAT(owned.says().err, Catch::Contains("damaged at position " + owned.first_of(at)));
  std::swap(swapped[at], swapped[at + 1]);
  std::swap(swapped[at].frame.first, swapped[at + 1].frame.first);
  rechain(swapped);
  owned.replace_log(swapped);
  check_refuted(owned, "the chain was rewritten");
}

TEST_CASE("a changed commit is found at the one behind it, and when all was chained anew by a signed head",
          "[app][audit]") {
  Owned owned;
  auto changed = owned.commits[kMain];
  alter(changed[1]);
  changed[1].hash = sha256(changed[1].bytes);
  owned.put(changed[1], entry_of(changed[1]));
  check_damage(owned.says(), owned.first_of(2), "");
  rechain(changed);
  owned.replace_log(changed);
  check_refuted(owned, "the chain was rewritten");
}

}  // namespace annals::verify_test
