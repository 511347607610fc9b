#include "app/committer.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

#include "app/command_outcomes.hpp"

namespace annals {
namespace {

using Clock = std::chrono::steady_clock;

double seconds(Clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

Committer::Committer(Store& store, LiveProjections& live, http::Metrics& metrics, CommitterOptions options)
    : store_(store),
      live_(live),
      metrics_(metrics),
      options_(std::move(options)),
      queue_(options_.queue_size, options_.share_max),
      tails_(store),
      dry_run_slots_(store),
      erasing_(store, options_.erasure_list, options_.forget_copies) {}

Committer::~Committer() {
  stop(std::chrono::milliseconds(0));
}

void Committer::start() {
  log_notices();
  for (const auto platform : store_.log().platforms()) {
    const auto head = store_.log().head(platform);
    answered_[platform] = head;
    positions_ += head.position.value;
  }
  metrics_.log_position(positions_);
  mode_ = Mode::serving;
  closed_to_interludes_ = false;
  for (auto& thread : threads_) thread = std::thread([this] { run(); });
}

void Committer::stop(std::chrono::milliseconds grace) {
  {
    const std::scoped_lock lock(pause_mutex_);
    mode_ = Mode::stopping;
    if (grace.count() <= 0) out_of_grace_ = true;
  }
  pause_ended_.notify_all();
  queue_.close();
  if (!threads_.front().joinable()) return;
  std::jthread timer([this, grace](const std::stop_token& done) {
    std::unique_lock lock(pause_mutex_);
    std::condition_variable_any().wait_for(lock, done, grace, [] { return false; });
    out_of_grace_ = true;
  });
  for (auto& thread : threads_) thread.join();
  {
    const std::scoped_lock lock(interlude_mutex_);
    closed_to_interludes_ = true;
  }
  if (const auto interlude = take_interlude()) interlude->ran.set_value(false);
}

bool Committer::between_groups(std::function<void()> work) {
  const std::scoped_lock turn(interlude_turn_);
  const auto interlude = std::make_shared<Interlude>(Interlude{std::move(work), {}});
  auto ran = interlude->ran.get_future();
  {
    const std::scoped_lock lock(interlude_mutex_);
    if (closed_to_interludes_) return false;
    interlude_ = interlude;
  }
  queue_.wake();
  return ran.get();
}

std::shared_ptr<Committer::Interlude> Committer::take_interlude() {
  const std::scoped_lock lock(interlude_mutex_);
  return std::exchange(interlude_, nullptr);
}

/// Under deciding_.
void Committer::run_interlude(Interlude& interlude) {
  const std::scoped_lock appending(appending_);
  const bool runs = !failed_;
  if (runs) interlude.work();
  interlude.ran.set_value(runs);
}

void Committer::submit(Submission submission) {
  WaitingCommand command{std::move(submission), Clock::now()};
  switch (mode_.load()) {
    case Mode::starting:
    case Mode::reopening:
      return refuse(std::move(command), ProblemCode::store_unavailable);
    case Mode::stopping:
      return refuse(std::move(command), ProblemCode::stopping);
    case Mode::serving:
      break;
  }
  switch (queue_.push(command)) {
    case CommandQueue::Pushed::accepted:
      return;
    case CommandQueue::Pushed::full:
      return refuse(std::move(command), ProblemCode::queue_full);
    case CommandQueue::Pushed::closed:
      return refuse(std::move(command), ProblemCode::stopping);
  }
}

void Committer::run() {
  while (take_turn()) {
  }
}

bool Committer::take_turn() {
  std::unique_lock deciding(deciding_);
  if (failed_) reopen();
  if (const auto interlude = take_interlude()) {
    run_interlude(*interlude);
    return true;
  }
  auto batch = queue_.take(options_.group_commands_max);
  if (!batch) return false;
  if (batch->empty()) return true;
  if (out_of_grace_) {
    for (auto& command : *batch) refuse(std::move(command), ProblemCode::stopping);
    return true;
  }
  const auto group = std::make_shared<CommitGroup>(store_, tails_, dry_run_slots_, options_.sources, being_appended());
  auto replies = decide(*std::move(batch), *group);
  const std::scoped_lock appending(appending_);
  if (failed_) {
    refuse_all(replies, ProblemCode::store_unavailable);
    return true;
  }
  group->follow_no_more();
  now_appending(group);
  deciding.unlock();
  commit(*group, replies);
  now_appending(nullptr);
  return true;
}

std::shared_ptr<const CommitGroup> Committer::being_appended() {
  const std::scoped_lock lock(group_mutex_);
  return appended_now_;
}

void Committer::now_appending(std::shared_ptr<const CommitGroup> group) {
  const std::scoped_lock lock(group_mutex_);
  appended_now_.swap(group);
}

std::vector<Committer::Reply> Committer::decide(std::vector<WaitingCommand> batch, CommitGroup& group) {
  const auto begun = Clock::now();
  const bool shared = queue_.shared();
  const auto is_full = [&] {
    return group.encoded_bytes() >= options_.group_bytes_max ||
           (shared && Clock::now() - begun >= options_.shared_deciding_max);
  };
  std::vector<Reply> replies;
  replies.reserve(batch.size());
  auto next = batch.begin();
  for (; next != batch.end() && (replies.empty() || !is_full()); ++next) {
    auto added = group.add(next->submission);
    replies.push_back(Reply{std::move(*next), std::move(added)});
  }
  if (next != batch.end()) queue_.put_back({std::move_iterator(next), std::move_iterator(batch.end())});
  return replies;
}

void Committer::commit(CommitGroup& group, std::vector<Reply>& replies) {
  if (group.empty()) return answer(replies);
  const auto begun = Clock::now();
  const auto status = append(group);
  const auto sync = Clock::now() - begun;
  switch (status) {
    case AppendStatus::appended:
      if (!publish(group) || !carry_out_erasures(group)) return fail(replies, ProblemCode::outcome_unknown);
      measure(group, sync);
      answer(replies);
      tell_moved(group);
      return;
    case AppendStatus::unavailable:
    case AppendStatus::conflict:
      return fail(replies, ProblemCode::store_unavailable);
    case AppendStatus::unknown:
      return fail(replies, ProblemCode::outcome_unknown);
  }
}

AppendStatus Committer::append(CommitGroup& group) {
  try {
    const auto status = group.append();
    if (status == AppendStatus::unknown) spdlog::error("the log could not be synced; writes stop until it is reopened");
    if (status == AppendStatus::unavailable) spdlog::error("the log takes no writes just now");
    if (status == AppendStatus::conflict) spdlog::error("the log is not where this server left it");
    return status;
  } catch (const std::exception& error) {
    spdlog::error("the log failed in an unforeseen way; writes stop until it is reopened: {}", error.what());
    return AppendStatus::unknown;
  }
}

bool Committer::publish(CommitGroup& group) {
  for (const auto& [platform, head] : group.heads()) answered_[platform] = head;
  positions_ += group.event_count();
  try {
    live_.publish(group.commits());
    group.published();
    return true;
  } catch (const std::exception& error) {
    // The commits are durable and their views are written; only the memory side is behind, and is built anew.
    spdlog::error("publishing failed, the tables are built anew: {}", error.what());
    return false;
  }
}

bool Committer::carry_out_erasures(const CommitGroup& group) {
  if (erasing_.carry_out(group.commits())) return true;
  spdlog::error("an erased person's key could not be destroyed; writes stop until it is");
  return false;
}

void Committer::measure(const CommitGroup& group, Clock::duration sync) {
  metrics_.sync(seconds(sync), group.event_count());
  metrics_.log_position(positions_);
  for (const auto* commit : group.commits()) {
    for (const auto& recorded : commit->events) metrics_.event(type_of(recorded.event));
  }
  for (const auto& projection : all_projections()) metrics_.projection(projection.name, positions_, 0);
}

void Committer::tell_moved(const CommitGroup& group) const {
  if (!options_.moved) return;
  std::map<PlatformId, LogGrowth> grown;
  for (const auto* commit : group.commits()) {
    const auto growth = LogGrowth::by(*commit);
    const auto [known, first] = grown.try_emplace(commit->header.frame.platform, growth);
    if (!first) known->second.go_on(growth);
  }
  for (const auto& [platform, growth] : grown) options_.moved(platform, growth);
}

void Committer::answer(std::vector<Reply>& replies) {
  for (auto& reply : replies) answer(reply);
}

void Committer::answer(Reply& reply) {
  const auto& [submission, since] = reply.command;
  metrics_.command(name_of(submission.command),
                   outcome_name(submission.dry_run, reply.added.answer, reply.added.events),
                   seconds(Clock::now() - since));
  try {
    reply.command.submission.done(std::move(reply.added.answer));
  } catch (const std::exception& error) {
    spdlog::error("an answer could not be handed over: {}", error.what());
  }
}

void Committer::refuse(WaitingCommand command, ProblemCode code) {
  Reply reply{std::move(command), {std::unexpected(Problem(code)), 0}};
  answer(reply);
}

void Committer::refuse_all(std::vector<Reply>& replies, ProblemCode code) {
  for (auto& reply : replies) refuse(std::move(reply.command), code);
}

void Committer::refuse_waiting(ProblemCode code) {
  for (auto waiting = queue_.take_waiting(options_.group_commands_max); !waiting.empty();
       waiting = queue_.take_waiting(options_.group_commands_max)) {
    for (auto& command : waiting) refuse(std::move(command), code);
  }
}

void Committer::fail(std::vector<Reply>& replies, ProblemCode code) {
  auto serving = Mode::serving;
  mode_.compare_exchange_strong(serving, Mode::reopening);
  failed_ = true;
  refuse_all(replies, code);
  queue_.wake();
}

void Committer::reopen() {
  const std::scoped_lock appending(appending_);
  auto time = options_.reopen_pause;
  for (;;) {
    refuse_waiting(ProblemCode::store_unavailable);
    if (try_reopen()) break;
    if (!pause(time)) return refuse_waiting(ProblemCode::stopping);
    time = std::min(2 * time, options_.reopen_pause_max);
  }
  failed_ = false;
  auto reopening = Mode::reopening;
  mode_.compare_exchange_strong(reopening, Mode::serving);
  spdlog::info("the log has been reopened; writes go on");
}

bool Committer::try_reopen() {
  try {
    const bool reopened = store_.reopen();
    log_notices();
    if (!reopened) return false;
    tails_.forget();
    if (!holds_all_answered() || !erasing_.complete()) return false;
    const auto platforms = store_.log().platforms();
    positions_ = 0;
    for (const auto platform : platforms) {
      answered_[platform] = store_.log().head(platform);
      positions_ += answered_[platform].position.value;
    }
    live_.load(platforms, [](std::uint64_t, std::uint64_t) {});
    return true;
  } catch (const std::exception& error) {
    spdlog::error("reopening the log failed: {}", error.what());
    return false;
  }
}

void Committer::log_notices() {
  const auto notices = store_.notices();
  for (; notices_logged_ < notices.size(); ++notices_logged_) spdlog::warn("the store: {}", notices[notices_logged_]);
}

bool Committer::holds_all_answered() const {
  return std::ranges::all_of(answered_, [this](const auto& entry) {
    const auto& [platform, answered] = entry;
    const auto& log = store_.log();
    const auto head = log.head(platform);
    if (head.position < answered.position) {
      spdlog::critical("the log of platform {} ends at position {}, but {} was answered", platform.value,
                       head.position.value, answered.position.value);
      return false;
    }
    if (applied_position(platform, store_.views().latest()) != head.position) {
      spdlog::critical("the views of platform {} are not where its log is", platform.value);
      return false;
    }
    const auto commit = log.read(platform, answered.position)->next();
    if (commit && commit->hash == answered.hash) return true;
    spdlog::critical("the log of platform {} holds another commit at position {} than was answered", platform.value,
                     answered.position.value);
    return false;
  });
}

bool Committer::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(pause_mutex_);
  return !pause_ended_.wait_for(lock, time, [this] { return mode_.load() == Mode::stopping; });
}

}  // namespace annals
