#include "app/bootstrap.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "app/commit_group.hpp"
#include "app/exit_codes.hpp"
#include "app/server_caller.hpp"
#include "core/crypto.hpp"
#include "core/json.hpp"
#include "projections/records.hpp"

namespace annals {
namespace {

constexpr UserId kAdmin{1};
constexpr PlatformId kMain{1};
constexpr std::string_view kMainKey = "main";
constexpr std::string_view kTokenName = "bootstrap";
constexpr std::string_view kUnseenFile = "token-not-shown-yet";

Body body_of(std::initializer_list<std::pair<std::string, std::string>> json_fields) {
  Body body;
  for (const auto& [name, json] : json_fields) body.fields.emplace_back(name, JsonText{json});
  return body;
}

/// A superuser's power stays on a key only when that superuser mints it: the first one is minted in admin's name.
Caller the_admin() {
  auto caller = the_server(kMain);
  caller.platform_key = kMainKey;
  caller.user = kAdmin;
  caller.username = "admin";
  return caller;
}

std::string field_sentence(const Problem& problem) {
  if (problem.fields.empty() || problem.fields.front().messages.empty()) return problem.detail;
  return fmt::format("{}: {}", problem.fields.front().field, problem.fields.front().messages.front());
}

bool sync_directory(const std::filesystem::path& directory) {
  const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return false;
  const bool synced = ::fsync(handle) == 0;
  ::close(handle);
  return synced;
}

bool note_token_unseen(const std::filesystem::path& directory) {
  const auto path = directory / kUnseenFile;
  const int handle = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (handle < 0) return false;
  ::close(handle);
  return sync_directory(directory);
}

/// The steps, each skipped when its result is there.
class FirstStart {
 public:
  FirstStart(Store& store, const FirstStartWishes& wishes, std::string token)
      : wishes_(wishes),
        tails_(store),
        dry_run_slots_(store),
        group_(store, tails_, dry_run_slots_, sources_),
        digester_(store.digester()) {
    sources_.new_secret = [token] { return token; };
  }

  Result<Answer> open_registered_platforms() {
    const auto next = next_platform_id(views());
    for (PlatformId id{1}; id < next; ++id.value) {
      const auto registered = read_registered_platform(views(), id);
      if (!registered) continue;
      auto done = read_own_platform(views(), id)
                      ? run(id, SeedSales{}, the_server(id))
                      : run(id, OpenPlatform{id, registered->details.key, registered->details.name}, the_server(id));
      if (!done) return done;
    }
    return Answer{};
  }

  Result<Answer> add_admin() {
    if (read_user(views(), kAdmin)) return Answer{};
    auto admin = CreateUser::from(body_of({{"username", quote_json("admin")},
                                           {"email", quote_json(wishes_.admin_email)},
                                           {"name", quote_json("Administrator")}}));
    admin.superuser = true;
    return run(kSystemPlatform, std::move(admin), the_server(kSystemPlatform));
  }

  Result<Answer> add_main() {
    if (read_registered_platform(views(), kMain)) return Answer{};
    auto main = CreatePlatform::from(body_of({{"key", quote_json(kMainKey)}, {"name", quote_json("Main")}}));
    return run(kSystemPlatform, std::move(main), the_server(kSystemPlatform));
  }

  Result<Answer> add_membership() {
    if (read_member(views(), kMain, kAdmin)) return Answer{};
    auto member = PutMember::from(body_of({{"user_id", "1"}, {"is_admin", "true"}, {"active", "true"}}));
    return run(kMain, std::move(member), the_server(kMain));
  }

  /// With `unseen`, in the place of the one that nobody has seen.
  Result<Answer> add_token(bool unseen, const std::string& token) {
    const bool ever_issued = next_key_id(views(), kMain).value > 1;
    if (ever_issued && !unseen) return Answer{};
    if (const auto existing = api_key_named(views(), kMain, digester_, kTokenName)) {
      if (existing->secret_sha256 == sha256(token)) return shown();
      auto revoked = run(kMain, RevokeApiKey{std::string(kTokenName)}, the_server(kMain));
      if (!revoked) return revoked;
    } else if (ever_issued) {
      return Answer{};  // somebody has seen it, and revoked it since
    }
    auto issued = run(kMain, IssueApiKey::from(body_of({{"name", quote_json(kTokenName)}})), the_admin());
    return issued ? shown() : issued;
  }

  bool token_to_show() const { return token_to_show_; }
  CommitGroup& group() { return group_; }

 private:
  const ViewReader& views() const { return group_.views(); }
  Answer shown() {
    token_to_show_ = true;
    return Answer{};
  }
  Result<Answer> run(PlatformId platform, Command command, Caller caller) {
    Submission submission{.platform = platform,
                          .command = std::move(command),
                          .caller = std::move(caller),
                          .precondition = {},
                          .idempotency = {},
                          .correlation = CorrelationId(random_uuid()),
                          .done = {}};
    auto answer = group_.add(submission).answer;
    if (answer && answer->status >= 500) return std::unexpected(Problem(ProblemCode::store_unavailable));
    return answer;
  }

  const FirstStartWishes& wishes_;
  DecisionSources sources_;
  LogTails tails_;
  DryRunSlots dry_run_slots_;
  CommitGroup group_;
  const Digester& digester_;
  bool token_to_show_ = false;
};

Result<Answer> all_steps(FirstStart& start, bool unseen, const std::string& token) {
  if (auto done = start.open_registered_platforms(); !done) return done;
  if (auto done = start.add_admin(); !done) return done;
  if (auto done = start.add_main(); !done) return done;
  if (auto done = start.add_membership(); !done) return done;
  return start.add_token(unseen, token);
}

StartProblem cannot_write(std::string_view why) {
  return {kUnusableData, fmt::format("the first start could not be written to the data directory: {}. Make room on the "
                                     "disk or check its permissions, then start again.",
                                     why)};
}

}  // namespace

std::expected<FirstStartWishes, std::string> first_start_wishes(const Environment& environment) {
  FirstStartWishes wishes;
  if (const auto email = environment("ANNALS_ADMIN_EMAIL"); email && !email->empty()) wishes.admin_email = *email;
  const auto token = environment("ANNALS_BOOTSTRAP_TOKEN");
  if (!token || token->empty()) return wishes;
  if (token->size() < 32 || token->size() > 255) {
    return std::unexpected(
        fmt::format("ANNALS_BOOTSTRAP_TOKEN must have 32 to 255 characters, but has {}.", token->size()));
  }
  if (!std::ranges::all_of(*token, [](char c) { return c > ' ' && c <= '~'; })) {
    return std::unexpected("ANNALS_BOOTSTRAP_TOKEN must be made of visible ASCII characters, without spaces.");
  }
  wishes.token = token;
  return wishes;
}

std::expected<std::optional<FirstToken>, StartProblem> bring_up(Store& store, const std::filesystem::path& directory,
                                                                const FirstStartWishes& wishes) {
  const auto token = wishes.token.value_or(random_secret());
  const bool unseen = std::filesystem::exists(directory / kUnseenFile);
  FirstStart start(store, wishes, token);
  if (const auto done = all_steps(start, unseen, token); !done) {
    const auto& problem = done.error();
    if (problem.code != ProblemCode::invalid_fields) return std::unexpected(cannot_write(problem.detail));
    return std::unexpected(
        StartProblem{kWrongUsage, fmt::format("ANNALS_ADMIN_EMAIL cannot be used: {}", field_sentence(problem))});
  }
  if (start.token_to_show() && !note_token_unseen(directory))
    return std::unexpected(cannot_write("no file can be made"));
  if (!start.group().empty() && start.group().append() != AppendStatus::appended) {
    return std::unexpected(cannot_write("the log did not take it"));
  }
  if (!start.token_to_show()) return std::nullopt;
  return FirstToken{std::string(kMainKey), token};
}

void note_token_shown(const std::filesystem::path& directory) {
  std::error_code ignored;  // at worst the token is replaced and shown once more
  std::filesystem::remove(directory / kUnseenFile, ignored);
}

}  // namespace annals
