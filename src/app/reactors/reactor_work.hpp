#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "app/reactors/effect_table.hpp"
#include "app/reactors/log_reading.hpp"
#include "app/reactors/reactor.hpp"
#include "storage/store.hpp"

namespace annals {

/// Where one reactor's work takes chance and time from.
struct WorkSources {
  std::function<Timestamp()> clock;
  std::function<double()> random;  ///< at least 0, below 1; any thread
};

/// Whatever one reactor has to do, in all platforms. It stands in the store; in memory are only what is being attempted
/// and when each platform's next effect is due, however many wait. Thread-safe, but for `follow`, which one thread
/// calls. What the store does to readers (StoreClosed, std::runtime_error) comes out of every function.
class ReactorWork {
 public:
  /// Does not own its arguments.
  ReactorWork(Store& store, Reactor& reactor, WorkSources sources);

  /// Before anything else, and before the logs grow: on a store that it has not seen before the reactor begins behind
  /// what is there. False: the store refuses.
  bool begin();

  enum class Followed { to_the_end, more, refused };
  /// Lets the reactor look at the next commits of a platform's log and notes what it wants together with how far it has
  /// looked. Throws LogDamage, DecodeError.
  Followed follow(LogReading& log);
  /// Of commits that asked for nothing it is only noted now and then how far they go: now. False: the store refuses.
  bool note_checkpoints();
  /// How many events of the platform's log it has yet to look at.
  std::uint64_t lag(PlatformId platform) const;

  struct Taken {
    Effect effect;
    std::uint64_t lane = 0;
    std::uint64_t pause = 0;  ///< how many pauses there had been
  };
  /// An effect that is due and of whose lane none is being attempted, the platforms in turn; to be settled.
  std::optional<Taken> take();
  /// Notes how the attempt ended. False: the store refuses just now; it stays taken.
  bool settle(const Taken& taken, const Attempt& attempt);
  /// When there will be one to take; nullopt: not before something else happens.
  std::optional<Timestamp> next_time() const;
  /// Looks up again what is due where.
  void look_around();

  EffectCounts counts() const;
  /// Newest event last.
  std::vector<std::pair<Effect, EffectRow>> of_target(PlatformId platform, std::uint64_t target) const;
  /// Has it done as soon as can be, whatever became of it before, with all tries before it. False: the store refuses.
  bool ask_for(const Effect& effect, std::uint64_t lane);

  Reactor& reactor() { return reactor_; }

 private:
  struct Seen {
    Position noted;   ///< the checkpoint in the store
    Position looked;  ///< at all events up to here
  };
  using Reactions = std::vector<std::pair<Position, Reaction>>;

  DueOrder order() const;
  EffectTable table_of(PlatformId platform) const;
  EffectChanges changes_of(PlatformId platform, ViewOverlay& overlay, EffectCounts& counts) const;
  bool line_up(PlatformId platform);
  Seen seen_of(PlatformId platform) const;
  Reactions look_at(LogReading& log, Seen& seen) const;
  bool note(PlatformId platform, const Seen& seen, const Reactions& reactions);
  /// Changes the platform's tables; false: the store refuses, and nothing is changed.
  template <class Change>
  bool change(PlatformId platform, Change how);
  std::optional<EffectRow> after(const EffectRow& row, const Attempt& attempt, Timestamp now) const;
  Timestamp next_try(unsigned attempts, Timestamp now) const;
  void pause(const Taken& taken, Timestamp now);
  void find_due(PlatformId platform);
  std::optional<EffectTable::Due> first_due(PlatformId platform) const;
  std::optional<Taken> take_in(PlatformId platform, Timestamp now);

  Store& store_;
  Reactor& reactor_;
  const WorkSources sources_;
  mutable std::mutex mutex_;  ///< over the tables' changes and all below
  std::map<PlatformId, Seen> seen_;
  std::map<PlatformId, Timestamp> due_;                  ///< no later than the first effect to take there
  std::vector<std::pair<Effect, std::uint64_t>> taken_;  ///< with their lanes
  std::optional<PlatformId> last_platform_;
  EffectCounts counts_;
  std::uint64_t pauses_ = 0;
  unsigned pauses_in_a_row_ = 0;
  std::optional<Timestamp> paused_until_;
};

}  // namespace annals
