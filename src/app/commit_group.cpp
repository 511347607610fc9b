#include "app/commit_group.hpp"

#include <spdlog/spdlog.h>

#include <map>
#include <optional>
#include <span>
#include <stdexcept>

#include "app/dry_run.hpp"
#include "app/view_state.hpp"
#include "core/crypto.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals {
namespace {

std::uint16_t schema_of(const Event& event) {
  return std::visit([](const auto& e) { return std::decay_t<decltype(e)>::schema; }, event);
}

/// What the client reads when a bug or a broken machine kept its command from being done.
Answer internal_error() {
  return Answer{500, R"({"detail":"Internal server error."})", {}, false};
}

/// Whether the event creates a record whose id nothing had before.
struct BeginsStream {
  bool operator()(const PersonCreated&) const { return true; }
  bool operator()(const OrganizationCreated&) const { return true; }
  template <class Kind>
  bool operator()(const RecordCreated<Kind>&) const {
    return true;
  }
  bool operator()(const auto&) const { return false; }
};

/// Event by event: the version that its stream has, and after each one more.
class RunningVersions {
 public:
  RunningVersions(const ViewReader& views, PlatformId platform) : views_(views), platform_(platform) {}
  StreamVersion next(const std::string& stream, const Event& event) {
    auto found = versions_.find(stream);
    if (found == versions_.end()) found = versions_.emplace(stream, before(event)).first;
    return StreamVersion{++found->second.value};
  }

 private:
  StreamVersion before(const Event& event) const {
    return std::visit(BeginsStream{}, event) ? StreamVersion{} : stream_version(views_, platform_, event);
  }

  const ViewReader& views_;
  PlatformId platform_;
  std::map<std::string, StreamVersion> versions_;
};

std::vector<RecordedEvent> recorded(std::vector<Event> events, const ViewReader& views, PlatformId platform,
                                    Timestamp first) {
  RunningVersions versions(views, platform);
  std::vector<RecordedEvent> all;
  all.reserve(events.size());
  for (auto& event : events) {
    RecordedEvent one;
    one.recorded_at = first + std::chrono::microseconds(all.size());
    one.id = EventId(time_ordered_uuid(one.recorded_at));
    one.stream = stream_of(event);
    one.version = versions.next(one.stream, event);
    one.schema = schema_of(event);
    one.event = std::move(event);
    all.push_back(std::move(one));
  }
  return all;
}

constexpr const char* kNotRepeatable =
    "With an Idempotency-Key every item of a batch has to write something, or its answer could not be repeated. "
    "Nothing "
    "was written.";

/// An answer is kept as the commit's events tell it: of a batch they tell what was created and updated, but not what
/// was refused or was so before.
bool is_repeatable(const Outcome& shown, const Commit& commit) {
  return !std::holds_alternative<BatchShown>(shown) || outcome_of(commit) == shown;
}

}  // namespace

CommitGroup::CommitGroup(Store& store, LogTails& tails, DryRunSlots& dry_run_slots, const DecisionSources& sources,
                         std::shared_ptr<const CommitGroup> before)
    : store_(store),
      tails_(tails),
      dry_run_slots_(dry_run_slots),
      sources_(sources),
      before_(std::move(before)),
      overlay_(before_ ? store.views().overlay_on(*before_->overlay_) : store.views().overlay()) {}

CommitGroup::Added CommitGroup::add(const Submission& submission) {
  const auto drafts_before = drafts_.size();
  const auto events_before = event_count_;
  overlay_->set_save_point();
  Result<Answer> answer = internal_error();
  bool keep = false;
  try {
    answer = decide_and_draft(submission);
    keep = answer.has_value() && !submission.dry_run;
    if (answer && submission.dry_run) answer = dry_run_answer(*answer, commits_from(drafts_before));
  } catch (const NoSlot& error) {
    spdlog::error("{}: no key slot: {}", name_of(submission.command), error.what());
    answer = std::unexpected(Problem(ProblemCode::store_unavailable));
  } catch (const std::length_error&) {
    answer = std::unexpected(Problem(ProblemCode::bad_request, "This is more than one write may hold (16 MiB)."));
  } catch (const std::exception& error) {
    spdlog::error("{} failed: {}", name_of(submission.command), error.what());
    answer = internal_error();
  }
  if (keep) {
    overlay_->drop_save_point();
    if (submission.idempotency && drafts_.size() > drafts_before) {
      running_keys_.emplace(submission.platform, submission.idempotency->key);
    }
  } else {
    overlay_->roll_back();
    roll_back_to(drafts_before);
  }
  if (answer && answer->status < 500) answer->position = position_behind(submission, drafts_before);
  return Added{std::move(answer), event_count_ - events_before};
}

Position CommitGroup::position_behind(const Submission& submission, std::size_t drafts_before) {
  if (drafts_.size() > drafts_before) return drafts_.back()->record.frame.last();
  return tails_.of(submission.platform).head.position;
}

Result<CommitGroup::Decided> CommitGroup::decide_on(const Submission& submission, PlatformId platform,
                                                    const Command& command,
                                                    const std::optional<Precondition>& precondition) {
  const auto now = tails_.of(platform).next_time(sources_.clock());
  DrawnChoices choices(store_, platform, now, sources_.new_secret, submission.dry_run ? &dry_run_slots_ : nullptr);
  const DecisionContext context{now,
                                submission.caller,
                                choices,
                                store_.digester(),
                                sources_.invitation_lifetime,
                                sources_.private_webhooks_allowed};
  auto decision = decide(ViewState(*overlay_, platform, store_.digester()), command, precondition, context);
  if (!decision) return std::unexpected(std::move(decision).error());
  return Decided{*std::move(decision), now};
}

Result<Answer> CommitGroup::decide_and_draft(const Submission& submission) {
  if (auto kept = kept_answer(submission)) return *std::move(kept);
  auto decided = decide_on(submission, submission.platform, submission.command, submission.precondition);
  if (!decided) return std::unexpected(std::move(decided).error());
  if (submission.dry_run) hide_secret(decided->decision.outcome);
  auto cause = draft_decided(submission, submission.platform, *decided, std::nullopt);
  auto shown = std::move(decided->decision.outcome);
  auto shown_in = submission.platform;
  for (auto then = std::move(decided->decision.then); then; then = std::move(decided->decision.then)) {
    decided = decide_on(submission, then->platform, *then->command, std::nullopt);
    if (!decided) return std::unexpected(std::move(decided).error());
    cause = draft_decided(submission, then->platform, *decided, cause);
    if (std::holds_alternative<NothingShown>(decided->decision.outcome)) continue;
    shown = std::move(decided->decision.outcome);
    shown_in = then->platform;
  }
  if (submission.idempotency && cause && !is_repeatable(shown, drafts_.back()->commit)) {
    return std::unexpected(Problem(ProblemCode::bad_request, kNotRepeatable));
  }
  return render(shown, shown_in, *overlay_, decided->now);
}

std::optional<EventId> CommitGroup::draft_decided(const Submission& submission, PlatformId platform, Decided& decided,
                                                  std::optional<EventId> cause) {
  auto& decision = decided.decision;
  if (decision.events.empty()) return cause;
  const auto& caller = submission.caller;
  CommitHeader header;
  header.causation = cause;
  header.actor = Actor{decision.actor.value_or(caller.user), caller.platform, caller.key};
  if (const auto& sent = submission.idempotency; sent && platform == submission.platform) {
    header.idempotency = IdempotencyMark{sent->key, sent->request, status_of(decision.outcome)};
  }
  return draft(submission, platform, std::move(decision.events), std::move(header), decided.now);
}

std::optional<Result<Answer>> CommitGroup::kept_answer(const Submission& submission) {
  const auto& sent = submission.idempotency;
  if (!sent) return std::nullopt;
  const auto platform = submission.platform;
  const std::pair key{platform, sent->key};
  if (running(key) || (before_ && before_->running(key))) {
    return std::unexpected(Problem(ProblemCode::idempotency_in_progress));
  }
  const auto now = tails_.of(platform).next_time(sources_.clock());
  const auto kept = read_kept_answer(*overlay_, platform, sent->key, now);
  if (!kept) return std::nullopt;
  if (kept->request != sent->request) return std::unexpected(Problem(ProblemCode::idempotency_key_reused));
  auto answer = kept->answer;
  answer.replayed = true;
  return answer;
}

EventId CommitGroup::draft(const Submission& submission, PlatformId platform, std::vector<Event> events,
                           CommitHeader header, Timestamp now) {
  auto& tail = tails_.of(platform);
  auto draft = std::make_unique<Draft>();
  draft->before = tail;
  auto& commit = draft->commit;
  commit.events = recorded(std::move(events), *overlay_, platform, now);
  commit.header = std::move(header);
  commit.header.frame = CommitFrame{platform, Position{tail.head.position.value + 1},
                                    static_cast<std::uint32_t>(commit.events.size()), tail.head.hash};
  commit.header.correlation = submission.correlation;

  auto& record = draft->record;
  record.frame = commit.header.frame;
  record.bytes = encode_commit(commit, store_.sealer());
  record.hash = sha256(record.bytes);
  apply(commit, *overlay_, store_.digester());

  tail.head = Head{record.frame.last(), record.hash};
  tail.last_recorded_at = commit.events.back().recorded_at;
  encoded_bytes_ += record.bytes.size();
  event_count_ += commit.events.size();
  drafts_.push_back(std::move(draft));
  return drafts_.back()->commit.events.back().id;
}

void CommitGroup::roll_back_to(std::size_t draft_count) {
  while (drafts_.size() > draft_count) {
    const auto& draft = *drafts_.back();
    tails_.of(draft.record.frame.platform) = draft.before;
    encoded_bytes_ -= draft.record.bytes.size();
    event_count_ -= draft.commit.events.size();
    drafts_.pop_back();
  }
}

void CommitGroup::follow_no_more() {
  overlay_->rest_on_latest();
  before_.reset();
}

AppendStatus CommitGroup::append() {
  std::map<PlatformId, PlatformAppend> by_platform;
  for (auto& draft : drafts_) {
    const auto platform = draft->record.frame.platform;
    auto& target = by_platform.try_emplace(platform, PlatformAppend{platform, draft->before.head, {}}).first->second;
    target.commits.push_back(std::move(draft->record));
  }
  std::vector<PlatformAppend> group;
  for (auto& [platform, target] : by_platform) group.push_back(std::move(target));
  return store_.log().append(group, *overlay_);
}

std::vector<const Commit*> CommitGroup::commits() const {
  return commits_from(0);
}

std::vector<const Commit*> CommitGroup::commits_from(std::size_t draft) const {
  std::vector<const Commit*> all;
  all.reserve(drafts_.size() - draft);
  for (; draft < drafts_.size(); ++draft) all.push_back(&drafts_[draft]->commit);
  return all;
}

std::vector<std::pair<PlatformId, Head>> CommitGroup::heads() const {
  std::vector<std::pair<PlatformId, Head>> all;
  all.reserve(drafts_.size());
  for (const auto& draft : drafts_) {
    const auto& record = draft->record;
    all.emplace_back(record.frame.platform, Head{record.frame.last(), record.hash});
  }
  return all;
}

}  // namespace annals
