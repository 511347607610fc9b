#include "app/bootstrap.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "app/commit_group.hpp"
#include "committing.hpp"
#include "projections/records.hpp"

namespace annals::bootstrap_test {
using namespace annals::test;

namespace {

/// An empty directory that goes away with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    auto name = (std::filesystem::temp_directory_path() / "annals-bootstrap-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::shared_ptr<const Caller> caller_with(MemoryStore& store, const std::string& token) {
  auto live = LiveProjections::make(store.views(), store.digester());
  live->load(store.log().platforms(), [](std::uint64_t, std::uint64_t) {});
  return live->caller(sha256(token), std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
}

FirstToken token_of(MemoryStore& store, const TemporaryDirectory& directory, const FirstStartWishes& wishes = {}) {
  const auto first = bring_up(store, directory.path(), wishes);
  REQUIRE(first);
  REQUIRE(*first);
  return **first;
}

Environment only(const std::string& variable, const std::string& value) {
  return [=](const std::string& name) { return name == variable ? std::optional(value) : std::nullopt; };
}

constexpr PlatformId kMain{1};

}  // namespace

TEST_CASE("the first start makes main, admin and a superuser's token", "[app][bootstrap]") {
  MemoryStore store;
  const TemporaryDirectory directory;
  const auto first = token_of(store, directory);
  CHECK(first.platform_key == "main");
  CHECK(first.token.size() >= 43);
  const auto caller = caller_with(store, first.token);
  REQUIRE(caller);
  CHECK(caller->platform == kMain);
  CHECK(caller->platform_key == "main");
  CHECK(caller->user == UserId{1});
  CHECK(caller->username == "admin");
  CHECK(caller->superuser);
  const auto& views = store.views().latest();
  CHECK(read_user(views, UserId{1})->details.email == "admin@localhost");
  CHECK(read_user(views, UserId{1})->superuser);
  CHECK(read_member(views, kMain, UserId{1})->is_admin);
  CHECK(read_member(views, kMain, UserId{1})->active);
  CHECK(read_role(views, kMain, RoleId{1})->details.name == "CRM Viewer");
}

TEST_CASE("once the token has been shown, a start changes nothing", "[app][bootstrap]") {
  MemoryStore store;
  const TemporaryDirectory directory;
  token_of(store, directory);
  note_token_shown(directory.path());
  const auto head = store.log().head(kMain);
  const auto again = bring_up(store, directory.path(), {});
  REQUIRE(again);
  CHECK_FALSE(*again);
  CHECK(store.log().head(kMain) == head);
  CHECK(std::filesystem::is_empty(directory.path()));
}

TEST_CASE("a token that nobody has seen is replaced at the next start", "[app][bootstrap]") {
  MemoryStore store;
  const TemporaryDirectory directory;
  const auto unseen = token_of(store, directory);
  const auto seen = token_of(store, directory);
  CHECK(seen.token != unseen.token);
  CHECK(caller_with(store, seen.token));
  CHECK_FALSE(caller_with(store, unseen.token));
}

TEST_CASE("a token from the environment is the one that works, also after a crash", "[app][bootstrap]") {
  MemoryStore store;
  const TemporaryDirectory directory;
  FirstStartWishes wishes;
  wishes.token = "a-token-of-at-least-32-characters";
  wishes.admin_email = "root@example.com";
  CHECK(token_of(store, directory, wishes).token == *wishes.token);
  const auto head = store.log().head(kMain);
  CHECK(token_of(store, directory, wishes).token == *wishes.token);
  CHECK(store.log().head(kMain) == head);
  CHECK(caller_with(store, *wishes.token));
  CHECK(read_user(store.views().latest(), UserId{1})->details.email == "root@example.com");
}

TEST_CASE("a first token that was revoked does not come back", "[app][bootstrap]") {
  MemoryStore store;
  const TemporaryDirectory directory;
  const auto first = token_of(store, directory);
  note_token_shown(directory.path());
  LogTails tails(store);
  const DecisionSources sources;
  DryRunSlots slots(store);
  CommitGroup group(store, tails, slots, sources);
  REQUIRE(group.add(asking(kMain, RevokeApiKey{"bootstrap"})).answer);
  REQUIRE(group.append() == AppendStatus::appended);
  const auto again = bring_up(store, directory.path(), {});
  REQUIRE(again);
  CHECK_FALSE(*again);
  CHECK_FALSE(caller_with(store, first.token));
}

TEST_CASE("a platform that is registered but has no log is opened at the next start", "[app][bootstrap]") {
  MemoryStore store;
  const TemporaryDirectory directory;
  token_of(store, directory);
  note_token_shown(directory.path());
  LogTails tails(store);
  const DecisionSources sources;
  {
    // What a crash leaves on a log per platform: the system's commit without the platform's own.
    Commit commit;
    const SlotId slot = store.reserve_slot(kSystemPlatform);
    const auto& tail = tails.of(kSystemPlatform);
    commit.header.frame = {kSystemPlatform, Position{tail.head.position.value + 1}, 1, tail.head.hash};
    commit.header.correlation = CorrelationId(random_uuid());
    RecordedEvent event;
    event.id = EventId(random_uuid());
    event.stream = "platform-2";
    event.version = StreamVersion{1};
    event.recorded_at = tail.next_time(sources.clock());
    event.schema = PlatformRegistered::schema;
    event.event = PlatformRegistered{PlatformId{2}, {slot, PlatformDetails{"sales", "Sales"}}};
    commit.events.push_back(event);
    auto bytes = encode_commit(commit, store.sealer());
    const auto hash = sha256(bytes);
    auto overlay = store.views().overlay();
    apply(commit, *overlay, store.digester());
    const std::vector<PlatformAppend> group{
        {kSystemPlatform, tail.head, {CommitRecord{commit.header.frame, std::move(bytes), hash}}}};
    REQUIRE(store.log().append(group, *overlay) == AppendStatus::appended);
  }
  REQUIRE_FALSE(read_own_platform(store.views().latest(), PlatformId{2}));
  const auto again = bring_up(store, directory.path(), {});
  REQUIRE(again);
  CHECK_FALSE(*again);
  const auto opened = read_own_platform(store.views().latest(), PlatformId{2});
  REQUIRE(opened);
  CHECK(opened->details.key == "sales");
  CHECK(opened->details.name == "Sales");
  CHECK(read_role(store.views().latest(), PlatformId{2}, RoleId{1}));
}

TEST_CASE("a first start that the log refuses says so, and nothing is half done", "[app][bootstrap]") {
  MemoryStore store;
  const TemporaryDirectory directory;
  store.log().plan({MemoryLog::Fate::unavailable});
  const auto refused = bring_up(store, directory.path(), {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().exit_code == 3);
  CHECK(store.log().platforms().empty());
  CHECK(caller_with(store, token_of(store, directory).token));
}

TEST_CASE("an email that is none is refused as wrong usage", "[app][bootstrap]") {
  MemoryStore store;
  const TemporaryDirectory directory;
  FirstStartWishes wishes;
  wishes.admin_email = "not an email";
  const auto refused = bring_up(store, directory.path(), wishes);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().exit_code == 2);
  CHECK_THAT(refused.error().sentence, Catch::Contains("ANNALS_ADMIN_EMAIL") && Catch::Contains("valid email"));
  CHECK(store.log().platforms().empty());
}

TEST_CASE("the environment may name the first token and the email", "[app][bootstrap]") {
  CHECK(first_start_wishes(only("ANNALS_ADMIN_EMAIL", "ops@example.com"))->admin_email == "ops@example.com");
  CHECK(first_start_wishes(only("ANNALS_BOOTSTRAP_TOKEN", std::string(32, 't')))->token == std::string(32, 't'));
  CHECK_FALSE(first_start_wishes(only("ANNALS_BOOTSTRAP_TOKEN", ""))->token);
  CHECK_FALSE(first_start_wishes(only("ANNALS_BOOTSTRAP_TOKEN", std::string(31, 't'))));
  CHECK_FALSE(first_start_wishes(only("ANNALS_BOOTSTRAP_TOKEN", std::string(256, 't'))));
  CHECK_FALSE(first_start_wishes(only("ANNALS_BOOTSTRAP_TOKEN", std::string(31, 't') + " t")));
}

}  // namespace annals::bootstrap_test
