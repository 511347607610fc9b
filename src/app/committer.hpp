#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/command_queue.hpp"
#include "app/commit_group.hpp"
#include "app/erasing.hpp"
#include "app/log_growth.hpp"
#include "app/log_tails.hpp"
#include "http/metrics.hpp"
#include "http/ports.hpp"
#include "projections/projections.hpp"

namespace annals {

struct CommitterOptions {
  std::size_t queue_size = 1024;  ///< per platform
  std::size_t group_commands_max = 256;
  std::size_t group_bytes_max = 8u << 20;  ///< encoded; a group ends behind the command that reaches it
  std::size_t share_max = 8;               ///< commands of one platform in a group, while others send some too
  std::chrono::microseconds shared_deciding_max{1'000};  ///< a group ends behind the command that passes it, likewise
  std::chrono::milliseconds reopen_pause{50};            ///< the first; then twice as long, up to the next
  std::chrono::milliseconds reopen_pause_max{2'000};
  std::optional<ErasureList> erasure_list;  ///< none for a store that is no directory
  /// The platform's log has grown and can be read; on a thread of the committer's.
  std::function<void(PlatformId, const LogGrowth&)> moved;
  ForgetCopies forget_copies;  ///< on a thread of the committer's, before the erasure is answered
  DecisionSources sources;
};

/// Orders all writes. A thread takes what waits (a group; never waiting for company), decides each command against the
/// state as the one before left it, appends the group with one sync, publishes it, and only then answers: refusals too,
/// because they may rest on what a command of this group or of the one before did. An erasure is answered when its key
/// is destroyed. Two threads take turns at that: while one appends its group, the other decides the next on top of it.
/// After an append that failed both groups are refused and nothing is written until the store has been reopened and
/// still holds every answered write; reads go on.
class Committer : public CommandPort {
 public:
  /// Does not own its arguments.
  Committer(Store& store, LiveProjections& live, http::Metrics& metrics, CommitterOptions options);
  ~Committer() override;  ///< stops without grace

  /// Until then submissions are refused with store_unavailable.
  void start();
  /// Takes nothing more, finishes what waits, refuses what still waits after `grace`.
  void stop(std::chrono::milliseconds grace);

  void submit(Submission submission) override;
  /// Runs `work`, which must not throw, on a thread of the committer's while nothing is decided or appended and all
  /// that was appended is published; waits for that. Writers wait as long as it takes. False: it did not run, since the
  /// store is being reopened or the committer stops. Callers take turns.
  bool between_groups(std::function<void()> work);
  bool writes_available() const { return mode_.load() == Mode::serving; }

 private:
  enum class Mode { starting, serving, reopening, stopping };
  struct Reply {
    WaitingCommand command;
    CommitGroup::Added added;
  };
  struct Interlude {
    std::function<void()> work;
    std::promise<bool> ran;
  };

  void run();
  bool take_turn();  ///< false: there will be no more commands
  std::shared_ptr<Interlude> take_interlude();
  void run_interlude(Interlude& interlude);
  std::shared_ptr<const CommitGroup> being_appended();
  void now_appending(std::shared_ptr<const CommitGroup> group);
  std::vector<Reply> decide(std::vector<WaitingCommand> batch, CommitGroup& group);
  void commit(CommitGroup& group, std::vector<Reply>& replies);
  AppendStatus append(CommitGroup& group);
  bool publish(CommitGroup& group);  ///< false: readers do not see it yet; reopen
  /// Destroys the keys of those erased in the group: nothing is sealed under them any more, since the group behind sees
  /// them erased. False: the disk refuses; reopen.
  bool carry_out_erasures(const CommitGroup& group);
  void measure(const CommitGroup& group, std::chrono::steady_clock::duration sync);
  void tell_moved(const CommitGroup& group) const;
  void answer(std::vector<Reply>& replies);
  void answer(Reply& reply);
  void refuse(WaitingCommand command, ProblemCode code);
  void refuse_all(std::vector<Reply>& replies, ProblemCode code);
  void refuse_waiting(ProblemCode code);
  /// Refuses the group that failed; whoever decides next reopens first.
  void fail(std::vector<Reply>& replies, ProblemCode code);
  /// Refuses whatever comes until the store is open again and whole.
  void reopen();
  bool try_reopen();
  void log_notices();
  bool holds_all_answered() const;
  bool pause(std::chrono::milliseconds time);  ///< false: stopping

  Store& store_;
  LiveProjections& live_;
  http::Metrics& metrics_;
  const CommitterOptions options_;
  CommandQueue queue_;
  std::atomic<Mode> mode_{Mode::starting};
  std::atomic<bool> out_of_grace_{false};
  std::mutex pause_mutex_;
  std::condition_variable pause_ended_;

  /// Taken in this order. A group's thread holds `deciding_` until it has got `appending_`, so groups are appended in
  /// the order in which they were decided, and at most one waits.
  std::mutex deciding_;
  std::mutex appending_;
  std::atomic<bool> failed_{false};  ///< what is decided rests on nothing; set under appending_, taken back under both

  // Under deciding_.
  LogTails tails_;
  DryRunSlots dry_run_slots_;
  std::size_t notices_logged_ = 0;

  // Under appending_.
  Erasing erasing_;
  std::unordered_map<PlatformId, Head> answered_;  ///< how far each log went in groups that were answered
  std::uint64_t positions_ = 0;                    ///< summed over platforms

  std::mutex interlude_turn_;
  std::mutex interlude_mutex_;
  std::shared_ptr<Interlude> interlude_;  ///< waits
  bool closed_to_interludes_ = true;

  std::mutex group_mutex_;
  std::shared_ptr<const CommitGroup> appended_now_;  ///< the group that is being appended, if one is

  std::array<std::thread, 2> threads_;
};

}  // namespace annals
