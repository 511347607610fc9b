#include "app/noted_heads.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "app/log_notary.hpp"
#include "app/subcommands/verify_heads.hpp"
#include "real_directory.hpp"

namespace annals::noted_heads_test {
using namespace annals::test;

namespace {

constexpr PlatformId kMain{1};
const Timestamp kNow = from_micros(1'760'000'000'000'000);

/// A directory with the secrets of another and a log of its own.
std::unique_ptr<Store> with_secrets_of(const std::filesystem::path& original, const std::filesystem::path& copy) {
  std::filesystem::copy(original, copy, std::filesystem::copy_options::recursive);
  for (const auto* name : {"db", "heads", "annals.lock"}) std::filesystem::remove_all(copy / name);
  return open_directory(options_of(copy));
}

void write(Store& store, std::vector<CommitRecord> commits) {
  const PlatformAppend part{kMain, {}, std::move(commits)};
  REQUIRE(store.log().append({&part, 1}, *store.views().overlay()) == AppendStatus::appended);
}

std::expected<Head, std::string> extension_of(Store& store, const SignedHead& noted) {
  const SignedHead* only = &noted;
  return annals::extension_of(store, kMain, {&only, 1});
}

/// A log with a head noted in its middle.
struct Noted {
  Scratch scratch;
  SignedHead middle;
  SignedHead end;
  std::vector<CommitRecord> commits;
  std::size_t behind_middle = 0;  ///< index of the first commit behind it

  Noted() {
    const auto store = first_start(scratch / "data");
    for (const auto* name : {"ada", "grace"}) add_person(*store, name);
    middle = signed_head(*store, kMain, "main", store->log().head(kMain), kNow);
    behind_middle = all_commits(*store, kMain).size();
    for (const auto* name : {"joan", "mary"}) add_person(*store, name);
    end = signed_head(*store, kMain, "main", store->log().head(kMain), kNow);
    commits = all_commits(*store, kMain);
  }
  std::unique_ptr<Store> store() const { return open_directory(options_of(scratch / "data")); }
  /// The same directory with another log.
  std::unique_ptr<Store> rewritten(const std::function<void(std::vector<CommitRecord>&)>& change) const {
    auto altered = commits;
    change(altered);
    rechain(altered);
    auto store = with_secrets_of(scratch / "data", scratch / "rewritten");
    write(*store, std::move(altered));
    return store;
  }
};

void alter(CommitRecord& commit) {
  auto& byte = commit.bytes[CommitFrame::kBytes + 5];  // in the correlation id
  byte = static_cast<char>(byte ^ 1);
}

}  // namespace

TEST_CASE("a signed head tells of the log's last event, and its signature holds", "[app][audit]") {
  const Noted noted;
  CHECK(noted.end.holds());
  CHECK(noted.end.head == Head{noted.commits.back().frame.last(), noted.commits.back().hash});
  CHECK(noted.end.platform_key == "main");
  CHECK(noted.end.signed_at == kNow);
  const auto store = noted.store();
  const auto last = decode_commit(noted.commits.back().bytes, store->sealer());
  CHECK(noted.end.recorded_at == last.events.back().recorded_at);
}

TEST_CASE("the log extends every head that was noted of it", "[app][audit]") {
  const Noted noted;
  const auto store = noted.store();
  CHECK(extension_of(*store, noted.middle) == noted.end.head);
  CHECK(extension_of(*store, noted.end) == noted.end.head);
  const SignedHead* both[] = {&noted.end, &noted.middle, &noted.end};
  CHECK(annals::extension_of(*store, kMain, both) == noted.end.head);
  SignedHead empty = noted.middle;
  empty.head = {};
  empty.sign(store->signing_key());
  CHECK(extension_of(*store, empty) == noted.end.head);
}

TEST_CASE("a chain rewritten with fitting hashes is found by the noted head", "[app][audit]") {
  const Noted noted;
  const auto store = noted.rewritten([&](auto& commits) { alter(commits[noted.behind_middle - 2]); });
  const auto refuted = extension_of(*store, noted.middle);
  REQUIRE_FALSE(refuted);
  CHECK_THAT(refuted.error(), Catch::EndsWith("the chain was rewritten"));
  CHECK_THAT(refuted.error(), Catch::Contains("at position " + std::to_string(noted.middle.head.position.value)));
}

TEST_CASE("what was rewritten behind a noted head contradicts only later ones", "[app][audit]") {
  const Noted noted;
  const auto store = noted.rewritten([&](auto& commits) { alter(commits[noted.behind_middle]); });
  CHECK(extension_of(*store, noted.middle));
  CHECK_FALSE(extension_of(*store, noted.end));
}

TEST_CASE("a removed tail is found by the noted head", "[app][audit]") {
  const Noted noted;
  const auto store = noted.rewritten([](auto& commits) { commits.pop_back(); });
  CHECK(extension_of(*store, noted.middle));
  const auto refuted = extension_of(*store, noted.end);
  REQUIRE_FALSE(refuted);
  CHECK_THAT(refuted.error(), Catch::EndsWith("its tail was removed"));
}

TEST_CASE("two commits swapped and chained anew are found by the noted head", "[app][audit]") {
  const Noted noted;
  const auto store = noted.rewritten([&](auto& commits) {
    auto& left = commits[noted.behind_middle];
    auto& right = commits[noted.behind_middle + 1];
    REQUIRE(left.frame.count == right.frame.count);
    std::swap(left, right);
    std::swap(left.frame.first, right.frame.first);
  });
  CHECK(extension_of(*store, noted.middle));
  CHECK_FALSE(extension_of(*store, noted.end));
}

TEST_CASE("a head at which no commit ends was not noted of this log", "[app][audit]") {
  const Noted noted;
  const auto store = noted.store();
  REQUIRE(noted.commits.front().frame.count > 1);
  SignedHead inside = noted.middle;
  inside.head.position = noted.commits.front().frame.first;
  inside.sign(store->signing_key());
  const auto refuted = extension_of(*store, inside);
  REQUIRE_FALSE(refuted);
  CHECK_THAT(refuted.error(), Catch::StartsWith("other commits end at position 1"));
}

TEST_CASE("a head that was altered, or signed by somebody else, proves nothing and says so", "[app][audit]") {
  const Noted noted;
  const auto store = noted.store();
  auto altered = noted.middle;
  altered.signed_at += std::chrono::microseconds(1);
  CHECK_THAT(extension_of(*store, altered).error(), Catch::EndsWith("does not hold: the file was altered"));
  auto foreign = noted.middle;
  foreign.sign(SigningKey(Key{9}));
  CHECK_THAT(extension_of(*store, foreign).error(), Catch::Contains("another key than this data directory's"));
}

TEST_CASE("a server that leaves syncing to the system signs what is on the disk", "[app][audit]") {
  const Noted noted;
  const auto store = noted.store();
  const auto before = store->noted_heads();
  add_person(*store, "late");
  const auto signed_at_once = LogNotary(*store, Durability::sync).sign(kMain, "main", kNow);
  CHECK(signed_at_once.head == store->log().head(kMain));
  const auto careful = LogNotary(*store, Durability::os).sign(kMain, "main", kNow);
  const auto noted_now = store->noted_heads();
  const auto is_noted = [&](const auto& heads) {
    return std::ranges::count(heads, std::pair(kMain, careful.head)) > 0;
  };
  CHECK((is_noted(before) || is_noted(noted_now)));
}

TEST_CASE("noted heads are read as saved, laid out, or one a line", "[app][audit]") {
  const Noted noted;
  const auto file = noted.scratch / "heads.json";
  const auto read = [&](const std::string& text) {
    std::ofstream(file) << text;
    return read_noted_heads(file.string());
  };
  CHECK(read(noted.middle.json()) == std::vector{noted.middle});
  CHECK(read(noted.middle.json() + "\n\n" + noted.end.json() + "\n") == std::vector{noted.middle, noted.end});
  auto laid_out = noted.end.json();
  for (std::size_t at = 0; (at = laid_out.find(",\"", at)) != std::string::npos; at += 2) laid_out.insert(at + 1, "\n");
  CHECK(read(laid_out) == std::vector{noted.end});
  CHECK_THAT(read("").error(), Catch::EndsWith("holds no audit head."));
  CHECK_THAT(read(noted.end.json() + "\n{}\n").error(),
             Catch::Contains("line 2, is no audit head: platform is missing"));
  CHECK_THAT(read_noted_heads((noted.scratch / "missing").string()).error(), Catch::EndsWith("cannot be read."));
}

}  // namespace annals::noted_heads_test
