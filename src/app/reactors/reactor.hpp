#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/log_growth.hpp"
#include "core/ids.hpp"

namespace annals {

/// On disk; never change, and a retired number stays listed.
enum class ReactorId : std::uint8_t { mail = 1, webhooks = 2, notifications = 3, reminders = 4 };

/// Something to be done in the outside world because of one event. Nothing personal: what doing it needs is read when
/// it is done.
struct Effect {
  PlatformId platform;
  std::uint64_t target = 0;  ///< the reactor's own number for what it is done to: an invitation, a hook
  Position position;         ///< of the event
  auto operator<=>(const Effect&) const = default;
};

/// What one event asks a reactor for.
struct Reaction {
  struct Wish {
    std::uint64_t target = 0;
    /// Effects of a platform with the same lane are done in the order of their positions, each when the one before is
    /// done, dropped or parked; different lanes wait for nothing of each other.
    std::uint64_t lane = 0;
  };
  std::vector<Wish> wishes;  ///< each target once
  /// Targets of which everything noted before is forgotten, whether it waits, is parked or done. One that is being
  /// attempted just now still happens.
  std::vector<std::uint64_t> withdrawn;
};

/// How an attempt ended. `why` is kept and shown to admins: a code or a phrase of our own, nothing personal, and never
/// what the other side said.
struct Attempt {
  enum class End {
    done,
    dropped,      ///< there is nothing to be done any more: what it was about has ended, or is erased
    failed,       ///< counts as a try: again after a while, parked after the last one
    refused,      ///< will never be taken: parked at once
    unreachable,  ///< whatever else this reactor does would fail likewise: it pauses, and no try is counted
    interrupted,  ///< the server stops: as if it had not been begun
  } end = End::done;
  std::string why = {};
};

/// When failed effects are tried again: after the n-th failure within a random part of `first * 2^(n-1)`, `longest` at
/// most (full jitter).
struct RetrySchedule {
  std::chrono::seconds first{30};
  std::chrono::seconds longest{6 * 3600};
  unsigned tries_max = 36;  ///< with the above: about three days
};

/// Lets `reacting` have the event if it is one of its `Events`.
template <class Reacting>
void react_to(const Event& event, const Reacting& reacting) {
  std::visit(
      [&]<class One>(const One& one) {
        if constexpr (Reacting::Events::template has<One>) reacting(one);
      },
      event);
}

/// Performs effects on the outside world. Sees every commit of every platform once it is durable and served, in the
/// order of the platform's log, from a checkpoint of its own that is as durable as the log; effects are performed at
/// least once: again only when the server died between doing one and noting it. Never called during a rebuild. On a
/// store that it has not seen before (the first start with it, a restored backup) it begins behind what is there.
class Reactor {
 public:
  virtual ~Reactor() = default;
  virtual ReactorId id() const = 0;
  virtual std::string_view name() const = 0;  ///< in logs and metrics
  virtual unsigned threads() const = 0;       ///< how many attempts there are at a time
  /// How many of them at a time of one target: one that is slow leaves room for the others.
  virtual unsigned per_target() const { return std::numeric_limits<unsigned>::max(); }
  virtual RetrySchedule schedule() const { return {}; }
  /// Whether effects that were done stay listed until they are withdrawn.
  virtual bool keeps_done() const { return false; }
  /// False: what it wants is noted, and waits for a start at which it is able.
  virtual bool able() const { return true; }
  /// Before some of this platform's commits are reacted to, on the same thread: the place for reading from the views,
  /// which hold all of those commits, and may be ahead of them.
  virtual void prepare(PlatformId platform) { static_cast<void>(platform); }
  /// Of which kinds an event must be to ask for something, as far as `prepare` can tell: others need not be read.
  virtual EventKinds looks_for() const { return EventKinds().set(); }
  /// What the event asks for, added to `reaction`. The commit was read without any key: nothing personal in it. Called
  /// on one thread, again for the same event after a crash; must be quick, and depends on nothing but the commit, what
  /// `prepare` read and the reactor's configuration.
  virtual void react(const Commit& commit, std::size_t event, Reaction& reaction) = 0;
  /// Performs it, for minutes at most, and soon ends once `stopping`. Reads afresh what it needs, for it may have
  /// changed since the event. On several threads at once; an exception counts as failed.
  virtual Attempt attempt(const Effect& effect, const std::stop_token& stopping) = 0;
};

}  // namespace annals
