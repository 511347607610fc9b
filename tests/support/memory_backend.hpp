#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "app/dry_run.hpp"
#include "app/import/trial.hpp"
#include "app/view_state.hpp"
#include "core/crypto.hpp"
#include "http/ports.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"
#include "support/memory_byte_store.hpp"
#include "support/plain_sealer.hpp"

namespace annals::test {

/// A whole backend in memory: decide, apply and the live projections behind CommandPort and Queries, without a log.
/// Every command is a group of its own, done before `submit` returns. Thread-safe.
class MemoryBackend : public CommandPort, public Readiness, public ImportTrials {
 public:
  static constexpr PlatformId kMain{1};

  /// With user `admin` (1, superuser) and platform `main` (1), as the first start leaves them, and `admin_key`.
  MemoryBackend() {
    live_->load(std::vector{kSystemPlatform}, [](std::uint64_t, std::uint64_t) {});
    auto admin = CreateUser::from(body({{"username", R"("admin")"}, {"email", R"("admin@localhost")"}}));
    admin.superuser = true;
    must(kSystemPlatform, std::move(admin));
    must(kSystemPlatform, CreatePlatform::from(body({{"key", R"("main")"}, {"name", R"("Main")"}})));
    must(kMain, PutMember::from(body({{"user_id", "1"}, {"is_admin", "true"}})));
    admin_key = issue_key(kMain, "admin", {});
  }

  void submit(Submission submission) override {
    auto answer = run(submission);
    submission.done(std::move(answer));
  }

  std::optional<std::string> not_ready_reason() const override { return not_ready; }
  bool writes_available() const override { return writes; }
  RecordsImported of(const Caller& caller, std::span<const ImportRecords> commands, Existing existing) const override {
    ImportTrial trial(store_.latest(), digester_, caller, clock(), existing);
    RecordsImported all;
    for (const auto& command : commands) {
      for (const auto& row : command.rows) all.add(trial.of(row));
    }
    return all;
  }

  const Queries& queries() const { return *live_; }
  const Digester& digester() const { return digester_; }

  /// The new user's id. A member of `platform` too, with the roles of these names (of policies made for it).
  UserId add_member(PlatformId platform, const std::string& username, const std::vector<std::string>& roles,
                    bool is_admin = false) {
    must(kSystemPlatform, CreateUser::from(body({{"username", quote_json(username)},
                                                 {"email", quote_json(username + "@members.example")},
                                                 {"name", quote_json("The " + username)}})));
    const auto id = *ViewState(store_.latest(), kSystemPlatform, digester_).user_with_username(username);
    join(platform, id, is_admin);
    for (const auto& role : roles) give_role(platform, id, role);
    return id;
  }
  void join(PlatformId platform, UserId user, bool is_admin) {
    must(platform, PutMember::from(body({{"user_id", std::to_string(user.value)},
                                         {"is_admin", is_admin ? "true" : "false"},
                                         {"active", "true"}})));
  }
  void give_role(PlatformId platform, UserId user, const std::string& role) {
    const auto found = ViewState(store_.latest(), platform, digester_).role_named(role);
    if (!found) throw std::logic_error("no role " + role);
    must(platform, CreatePolicy::from(body({{"name", quote_json(role + " of " + std::to_string(user.value))},
                                            {"role_id", std::to_string(found->id.value)},
                                            {"users_to_add", "[" + std::to_string(user.value) + "]"}})));
  }
  /// The text of a new key of this member, narrowed to roles when there are some.
  std::string issue_key(PlatformId platform, const std::string& username, const std::vector<std::string>& roles) {
    std::string names = "[";
    for (const auto& role : roles) names += (names.size() > 1 ? "," : "") + quote_json(role);
    auto fields = body({{"username", quote_json(username)},
                        {"name", quote_json("key " + std::to_string(++keys_))},
                        {"roles", names + "]"}});
    if (roles.empty()) fields.fields.pop_back();
    const auto answer = run(platform, IssueApiKey::from(fields), admin(platform));
    if (!answer) throw std::logic_error("no key for " + username + ": " + answer.error().detail);
    for (const auto& [name, value] : json_members(answer->body)) {
      if (name == "key") return json_string(value);
    }
    throw std::logic_error("no key in " + answer->body);
  }
  PlatformId add_platform(const std::string& key) {
    must(kSystemPlatform, CreatePlatform::from(body({{"key", quote_json(key)}, {"name", quote_json("The " + key)}})));
    return *live_->platform_with_key(key);
  }

  static Body body(std::initializer_list<std::pair<std::string, std::string>> json_fields) {
    Body made;
    for (const auto& [name, json] : json_fields) made.fields.emplace_back(name, JsonText{json});
    return made;
  }

  std::string admin_key;
  std::optional<std::string> not_ready;
  bool writes = true;
  std::optional<ProblemCode> refuse_all;  ///< every command, as a full queue or a failed disk does
  std::size_t done_before_refusing = 0;   ///< commands that `refuse_all` lets pass first
  std::size_t events = 0;                 ///< recorded since the beginning
  std::vector<Submission::Idempotency> idempotency_seen;
  std::optional<Precondition> last_precondition;
  CorrelationId last_correlation;

 private:
  class DrawnChoices : public Choices {
   public:
    Uuid new_uuid() override { return random_uuid(); }
    SlotId new_slot() override { return SlotId{++slots}; }
    std::string new_secret() override { return to_hex(as_view(random_key())); }
    std::uint64_t slots = 0;
  };

  static Caller admin(PlatformId platform) {
    Caller caller;
    caller.platform = platform;
    caller.platform_key = "main";
    caller.user = UserId{1};
    caller.username = "admin";
    caller.superuser = true;
    caller.grants = Grants({std::string(kTenantAdmin)});
    return caller;
  }

  void must(PlatformId platform, Command command) {
    const auto name = std::string(name_of(command));
    const auto answer = run(platform, std::move(command), admin(platform));
    if (answer) return;
    const auto& fields = answer.error().fields;
    throw std::logic_error(name + ": " + (fields.empty() ? answer.error().detail : fields.front().field));
  }

  Result<Answer> run(PlatformId platform, Command command, Caller caller) {
    Submission submission{.platform = platform,
                          .command = std::move(command),
                          .caller = std::move(caller),
                          .precondition = std::nullopt,
                          .idempotency = std::nullopt,
                          .correlation = {},
                          .done = nullptr};
    return run(submission);
  }

  Result<Answer> run(Submission& submission) {
    const std::scoped_lock lock(mutex_);
    last_precondition = submission.precondition;
    last_correlation = submission.correlation;
    if (refuse_all && (done_before_refusing == 0 || done_before_refusing-- == 0)) {
      return std::unexpected(Problem(*refuse_all));
    }
    const auto overlay = store_.overlay();
    if (submission.idempotency) {
      idempotency_seen.push_back(*submission.idempotency);
      const auto kept = read_kept_answer(*overlay, submission.platform, submission.idempotency->key, clock());
      if (kept && kept->request != submission.idempotency->request) {
        return std::unexpected(Problem(ProblemCode::idempotency_key_reused));
      }
      if (kept) {
        auto answer = kept->answer;
        answer.replayed = true;
        answer.position = last_[submission.platform];
        return answer;
      }
    }
    std::vector<Commit> commits;
    auto decision = decide_one(submission.platform, submission.command, submission, *overlay, commits, true);
    if (!decision) return std::unexpected(decision.error());
    auto outcome = decision->outcome;
    auto shown_in = submission.platform;
    while (const auto then = decision->then) {
      decision = decide_one(then->platform, *then->command, submission, *overlay, commits, false);
      if (!decision) return std::unexpected(decision.error());
      if (std::holds_alternative<NothingShown>(decision->outcome)) continue;
      outcome = decision->outcome;
      shown_in = then->platform;
    }
    if (submission.dry_run) hide_secret(outcome);
    auto answer = render(outcome, shown_in, *overlay, clock());
    if (submission.dry_run) answer = undone(answer, commits);
    answer.position = last_[submission.platform];
    if (submission.dry_run) return answer;
    store_.write(*overlay);
    std::vector<const Commit*> published;
    for (const auto& commit : commits) published.push_back(&commit);
    live_->publish(published);
    return answer;
  }

  /// A dry run's answer; what was counted of its commits is taken back.
  Answer undone(const Answer& answer, const std::vector<Commit>& commits) {
    std::vector<const Commit*> all;
    for (const auto& commit : commits) {
      all.push_back(&commit);
      events -= commit.events.size();
      last_[commit.header.frame.platform].value -= commit.events.size();
    }
    return dry_run_answer(answer, all);
  }

  Result<Decision> decide_one(PlatformId platform, const Command& command, const Submission& submission,
                              ViewOverlay& overlay, std::vector<Commit>& commits, bool first) {
    const DecisionContext context{clock(), submission.caller, choices_, digester_};
    auto decision = decide(ViewState(overlay, platform, digester_), command,
                           first ? submission.precondition : std::nullopt, context);
    if (!decision || decision->events.empty()) return decision;
    Commit commit;
    auto& last = last_[platform];
    commit.header.frame =
        CommitFrame{platform, Position{last.value + 1}, static_cast<std::uint32_t>(decision->events.size()), {}};
    const auto& caller = submission.caller;
    commit.header.actor = Actor{decision->actor.value_or(caller.user), caller.platform, caller.key};
    if (platform == submission.platform && submission.idempotency) {
      commit.header.idempotency =
          IdempotencyMark{submission.idempotency->key, submission.idempotency->request, status_of(decision->outcome)};
    }
    std::map<std::string, StreamVersion> versions;
    for (auto& event : decision->events) {
      RecordedEvent recorded;
      recorded.id = EventId(random_uuid());
      recorded.stream = stream_of(event);
      const auto known = versions.try_emplace(recorded.stream, stream_version(overlay, platform, event)).first;
      recorded.version = StreamVersion{++known->second.value};
      recorded.recorded_at = recorded_at_ = std::max(clock(), recorded_at_ + std::chrono::microseconds(1));
      recorded.event = std::move(event);
      commit.events.push_back(std::move(recorded));
    }
    last = Position{last.value + commit.events.size()};
    events += commit.events.size();
    apply(commit, overlay, digester_);
    commits.push_back(std::move(commit));
    return decision;
  }

  static Timestamp clock() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  }

  std::mutex mutex_;
  FixedDigester digester_;
  MemoryByteStore store_;
  std::unique_ptr<LiveProjections> live_ = LiveProjections::make(store_, digester_);
  DrawnChoices choices_;
  std::map<PlatformId, Position> last_;
  Timestamp recorded_at_;
  unsigned keys_ = 0;
};

}  // namespace annals::test
