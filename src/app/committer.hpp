#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/command_queue.hpp"
#include "app/commit_group.hpp"
#include "app/erasing.hpp"
#include "app/log_tails.hpp"
#include "http/metrics.hpp"
#include "http/ports.hpp"
#include "projections/projections.hpp"

namespace annals {

struct CommitterOptions {
  std::size_t queue_size = 1024;  ///< per platform
  std::size_t group_commands_max = 256;
  std::size_t group_bytes_max = 8u << 20;      ///< encoded; a group ends behind the command that reaches it
  std::chrono::milliseconds reopen_pause{50};  ///< the first; then twice as long, up to the next
  std::chrono::milliseconds reopen_pause_max{2'000};
  std::optional<ErasureList> erasure_list;  ///< none for a store that is no directory
  DecisionSources sources;
};

/// Orders all writes. One thread takes what waits (a group; never waiting for company), decides each command against
/// the state as the one before left it, appends the group with one sync, publishes it, and only then answers: refusals
/// too, because they may rest on what a command of the same group did. After an append that failed nothing is written
/// until the store has been reopened and still holds every answered write; reads go on. An erasure is answered when its
/// key is destroyed.
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
  bool writes_available() const { return mode_.load() == Mode::serving; }

 private:
  enum class Mode { starting, serving, reopening, stopping };
  struct Reply {
    WaitingCommand command;
    CommitGroup::Added added;
  };

  void run();
  std::vector<WaitingCommand> next_batch();
  void commit(std::vector<WaitingCommand> batch);
  AppendStatus append(CommitGroup& group);
  bool publish(const CommitGroup& group);  ///< false: readers do not see it yet; reopen
  /// Destroys the keys of those erased in the group. False: the disk refuses; reopen.
  bool carry_out_erasures(const CommitGroup& group);
  void measure(const CommitGroup& group, std::chrono::steady_clock::duration sync);
  void answer(std::vector<Reply>& replies);
  void answer(Reply& reply);
  void refuse(WaitingCommand command, ProblemCode code);
  void refuse_all(std::vector<Reply>& replies, ProblemCode code);
  void refuse_waiting(ProblemCode code);
  /// Refuses the group that failed, and whatever comes until the store is open again and whole.
  void reopen(std::vector<Reply>& failed, ProblemCode code);
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

  // Of the committer's thread.
  LogTails tails_;
  DryRunSlots dry_run_slots_;
  Erasing erasing_;
  std::vector<WaitingCommand> carried_;            ///< taken, but the group was full of bytes before
  std::unordered_map<PlatformId, Head> answered_;  ///< how far each log went in groups that were answered
  std::uint64_t positions_ = 0;                    ///< summed over platforms
  std::size_t notices_logged_ = 0;

  std::thread thread_;
};

}  // namespace annals
