#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/choices.hpp"
#include "app/log_tails.hpp"
#include "core/clock.hpp"
#include "events/commit.hpp"
#include "http/ports.hpp"
#include "storage/store.hpp"

namespace annals {

/// What deciding takes from outside.
struct DecisionSources {
  std::function<Timestamp()> clock = clock_now;
  std::function<std::string()> new_secret = random_secret;
  std::chrono::seconds invitation_lifetime{30 * 24 * 3600};
  bool private_webhooks_allowed = false;
};

/// Commands decided one after the other, each against the state as the one before left it, and appended together: all
/// of them or none. One thread at a time; while it is being appended the next group reads what it did.
class CommitGroup {
 public:
  /// `before`, if there is one, is the group that is being appended. Does not own the other arguments.
  CommitGroup(Store& store, LogTails& tails, DryRunSlots& dry_run_slots, const DecisionSources& sources,
              std::shared_ptr<const CommitGroup> before = nullptr);

  struct Added {
    Result<Answer> answer;   ///< to be given once the group is appended, also when the command was refused
    std::size_t events = 0;  ///< that it wrote
  };
  /// Decides the command and its follow-ups, drafts their commits, applies them to the overlay and renders the answer.
  /// A command that is refused, throws or is a dry run leaves nothing behind.
  Added add(const Submission& submission);

  bool empty() const { return drafts_.empty(); }
  std::size_t encoded_bytes() const { return encoded_bytes_; }
  std::size_t event_count() const { return event_count_; }
  /// The group before has been appended and published: this one stands on the latest state from now on.
  void follow_no_more();
  /// All drafted commits with their views in one write. Whoever drafts on behind anything but `appended` forgets the
  /// tails first.
  AppendStatus append();
  /// Everybody can read it: its answers are about to be given.
  void published() { published_ = true; }
  std::vector<const Commit*> commits() const;
  /// Where the logs end behind it, commit by commit.
  std::vector<std::pair<PlatformId, Head>> heads() const;
  const ViewReader& views() const { return *overlay_; }

 private:
  struct Draft {
    Commit commit;
    CommitRecord record;
    LogTail before;
  };

  struct Decided {
    Decision decision;
    Timestamp now;  ///< that it was decided at: the time of its first event
  };

  Result<Answer> decide_and_draft(const Submission& submission);
  Result<Decided> decide_on(const Submission& submission, PlatformId platform, const Command& command,
                            const std::optional<Precondition>& precondition);
  /// What was decided, if anything, as a commit caused by `cause`; the last event so far. The answer is kept with the
  /// commit in the log that the submission is for.
  std::optional<EventId> draft_decided(const Submission& submission, PlatformId platform, Decided& decided,
                                       std::optional<EventId> cause);
  /// What the Idempotency-Key says before anything is decided; nullopt: nothing.
  std::optional<Result<Answer>> kept_answer(const Submission& submission);
  /// Encodes and applies; the last event's id.
  EventId draft(const Submission& submission, PlatformId platform, std::vector<Event> events, CommitHeader header,
                Timestamp now);
  void roll_back_to(std::size_t draft_count);
  /// Whether a command with this key has written events here and is not answered yet. Any thread.
  bool running(const std::pair<PlatformId, Digest>& key) const { return !published_ && running_keys_.contains(key); }
  /// Where the log stands that the submission wrote, or would have written.
  Position position_behind(const Submission& submission, std::size_t drafts_before);
  std::vector<const Commit*> commits_from(std::size_t draft) const;

  Store& store_;
  LogTails& tails_;
  DryRunSlots& dry_run_slots_;
  const DecisionSources& sources_;
  std::shared_ptr<const CommitGroup> before_;  ///< what this one reads through
  std::unique_ptr<ViewOverlay> overlay_;
  std::vector<std::unique_ptr<Draft>> drafts_;
  /// Of the commands whose events are in this group: not answered yet.
  std::set<std::pair<PlatformId, Digest>> running_keys_;
  std::size_t encoded_bytes_ = 0;
  std::size_t event_count_ = 0;
  std::atomic<bool> published_{false};
};

}  // namespace annals
