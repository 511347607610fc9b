#include "app/reactors/reactor_work.hpp"

#include <algorithm>
#include <limits>
#include <ranges>

namespace annals {
namespace {

/// Of commits that asked for nothing.
constexpr std::uint64_t kEventsUnnotedMax = 10'000;
constexpr std::chrono::microseconds kFirstPause = std::chrono::seconds(1);
constexpr std::chrono::microseconds kLongestPause = std::chrono::minutes(5);

/// Twice as long each time, from `first` up to `longest`.
std::chrono::microseconds doubled(std::chrono::microseconds first, std::chrono::microseconds longest, unsigned times) {
  auto time = first;
  for (; times > 0 && time < longest; --times) time *= 2;
  return std::min(time, longest);
}

std::chrono::microseconds part_of(std::chrono::microseconds time, double part) {
  return std::chrono::microseconds(static_cast<std::int64_t>(static_cast<double>(time.count()) * part));
}

}  // namespace

ReactorWork::ReactorWork(Store& store, Reactor& reactor, WorkSources sources)
    : store_(store), reactor_(reactor), sources_(std::move(sources)) {}

DueOrder ReactorWork::order() const {
  const bool limited = reactor_.per_target() < std::numeric_limits<unsigned>::max();
  return limited ? DueOrder::by_target : DueOrder::by_time;
}

EffectTable ReactorWork::table_of(PlatformId platform) const {
  return {store_.side_tables().latest(), reactor_.id(), platform, order()};
}

EffectChanges ReactorWork::changes_of(PlatformId platform, ViewOverlay& overlay, EffectCounts& counts) const {
  return {overlay, reactor_.id(), platform, order(), counts};
}

/// As this version wants it. False: the store refuses.
bool ReactorWork::line_up(PlatformId platform) {
  if (order() == DueOrder::by_time) return true;
  for (;;) {
    const auto overlay = store_.side_tables().overlay();
    if (!changes_of(platform, *overlay, counts_).move_due_by_target()) return true;
    if (!store_.side_tables().write(*overlay)) return false;
  }
}

bool ReactorWork::begin() {
  const std::scoped_lock lock(mutex_);
  const auto platforms = store_.log().platforms();
  if (!table_of(kSystemPlatform).checkpoint()) {
    const auto overlay = store_.side_tables().overlay();
    for (const auto platform : platforms) {
      changes_of(platform, *overlay, counts_).move_checkpoint(store_.log().head(platform).position);
    }
    changes_of(kSystemPlatform, *overlay, counts_).move_checkpoint(store_.log().head(kSystemPlatform).position);
    if (!store_.side_tables().write(*overlay)) return false;
  }
  for (const auto platform : platforms) {
    if (!line_up(platform)) return false;
    const auto found = table_of(platform).count();
    counts_.waiting += found.waiting;
    counts_.parked += found.parked;
    find_due(platform);
  }
  return true;
}

/// The store's word counts: a reopening may have gone back to an older one.
ReactorWork::Seen ReactorWork::seen_of(PlatformId platform) const {
  const auto noted = table_of(platform).checkpoint().value_or(Position{0});
  const auto known = seen_.find(platform);
  return known != seen_.end() && known->second.noted == noted ? known->second : Seen{noted, noted};
}

ReactorWork::Reactions ReactorWork::look_at(LogReading& log, Seen& seen) const {
  Reactions reactions;
  const Position from{seen.looked.value + 1};
  reactor_.prepare(log.platform());
  if (!log.may_hold(reactor_.looks_for(), from)) {
    seen.looked = log.head();
    return reactions;
  }
  for (const auto& commit : log.next(from)) {
    for (std::size_t i = 0; i < commit.events.size(); ++i) {
      const auto position = commit.position_of(i);
      if (position <= seen.looked) continue;
      Reaction reaction;
      reactor_.react(commit, i, reaction);
      if (!reaction.wishes.empty() || !reaction.withdrawn.empty())
        reactions.emplace_back(position, std::move(reaction));
    }
    seen.looked = commit.header.frame.last();
  }
  return reactions;
}

ReactorWork::Followed ReactorWork::follow(LogReading& log) {
  const auto platform = log.platform();
  Seen seen;
  {
    const std::scoped_lock lock(mutex_);
    seen = seen_of(platform);
  }
  if (seen.looked >= log.head()) return Followed::to_the_end;
  const auto reactions = look_at(log, seen);
  if (!note(platform, seen, reactions)) return Followed::refused;
  return seen.looked < log.head() ? Followed::more : Followed::to_the_end;  // of what came meanwhile the caller is told
}

bool ReactorWork::note(PlatformId platform, const Seen& seen, const Reactions& reactions) {
  const std::scoped_lock lock(mutex_);
  const bool write = !reactions.empty() || seen.looked.value - seen.noted.value >= kEventsUnnotedMax;
  if (!write) {
    seen_[platform] = seen;
    return true;
  }
  const auto now = sources_.clock();
  const bool written = change(platform, [&](EffectChanges& changes) {
    for (const auto& [position, reaction] : reactions) {
      for (const auto target : reaction.withdrawn) changes.forget_target(target);
      for (const auto& wish : reaction.wishes) changes.add({platform, wish.target, position}, wish.lane, now);
    }
    changes.move_checkpoint(seen.looked);
  });
  if (written) seen_[platform] = {seen.looked, seen.looked};
  return written;
}

bool ReactorWork::note_checkpoints() {
  const std::scoped_lock lock(mutex_);
  const auto overlay = store_.side_tables().overlay();
  std::vector<Seen*> moved;
  for (auto& [platform, seen] : seen_) {
    if (seen.looked == seen.noted) continue;
    changes_of(platform, *overlay, counts_).move_checkpoint(seen.looked);
    moved.push_back(&seen);
  }
  if (moved.empty()) return true;
  if (!store_.side_tables().write(*overlay)) return false;
  for (auto* seen : moved) seen->noted = seen->looked;
  return true;
}

std::uint64_t ReactorWork::lag(PlatformId platform) const {
  const std::scoped_lock lock(mutex_);
  const auto head = store_.log().head(platform).position;
  const auto looked = seen_of(platform).looked;
  return head > looked ? head.value - looked.value : 0;
}

template <class Change>
bool ReactorWork::change(PlatformId platform, Change how) {
  const auto overlay = store_.side_tables().overlay();
  auto counts = counts_;
  auto changes = changes_of(platform, *overlay, counts);
  how(changes);
  if (!store_.side_tables().write(*overlay)) return false;
  counts_ = counts;
  find_due(platform);
  return true;
}

/// Of those whose lane is free and whose target has room.
std::optional<EffectTable::Due> ReactorWork::first_due(PlatformId platform) const {
  std::vector<std::uint64_t> lanes;
  std::vector<std::uint64_t> full;
  std::map<std::uint64_t, unsigned> by_target;
  for (const auto& [effect, lane] : taken_) {
    if (effect.platform != platform) continue;
    lanes.push_back(lane);
    if (++by_target[effect.target] == reactor_.per_target()) full.push_back(effect.target);
  }
  return table_of(platform).first_due(lanes, full);
}

void ReactorWork::find_due(PlatformId platform) {
  if (const auto due = first_due(platform)) {
    due_[platform] = due->at;
  } else {
    due_.erase(platform);
  }
}

void ReactorWork::look_around() {
  const std::scoped_lock lock(mutex_);
  for (const auto platform : store_.log().platforms()) find_due(platform);
}

std::optional<ReactorWork::Taken> ReactorWork::take() {
  if (!reactor_.able()) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  const auto now = sources_.clock();
  if (paused_until_ && now < *paused_until_) return std::nullopt;
  // Behind the one that came last, then from the beginning.
  std::vector<PlatformId> in_turn;
  const auto next = last_platform_ ? due_.upper_bound(*last_platform_) : due_.begin();
  for (auto at = next; at != due_.end(); ++at) {
    if (at->second <= now) in_turn.push_back(at->first);
  }
  for (auto at = due_.begin(); at != next; ++at) {
    if (at->second <= now) in_turn.push_back(at->first);
  }
  for (const auto platform : in_turn) {
    if (auto taken = take_in(platform, now)) return taken;
  }
  return std::nullopt;
}

std::optional<ReactorWork::Taken> ReactorWork::take_in(PlatformId platform, Timestamp now) {
  const auto due = first_due(platform);
  if (!due || due->at > now) {
    find_due(platform);
    return std::nullopt;
  }
  taken_.emplace_back(due->effect, due->lane);
  last_platform_ = platform;
  find_due(platform);
  return Taken{due->effect, due->lane, pauses_};
}

bool ReactorWork::settle(const Taken& taken, const Attempt& attempt) {
  const std::scoped_lock lock(mutex_);
  const auto now = sources_.clock();
  const auto& effect = taken.effect;
  const auto held = std::ranges::find(taken_, std::pair(effect, taken.lane));
  if (held == taken_.end()) return true;  // the store went away just behind noting it
  const bool settled = change(effect.platform, [&](EffectChanges& changes) {
    const auto row = changes.find(effect);
    if (!row) return;
    const auto then = after(*row, attempt, now);
    if (then) changes.replace(effect, *then);
    if (!then) changes.forget(effect);
  });
  if (!settled) return false;
  taken_.erase(held);
  due_[effect.platform] = now;  // in case that it cannot be found out
  find_due(effect.platform);
  if (attempt.end == Attempt::End::unreachable) {
    pause(taken, now);
  } else if (attempt.end != Attempt::End::interrupted) {
    pauses_in_a_row_ = 0;
    paused_until_.reset();
  }
  return true;
}

/// nullopt: nothing is kept of it.
std::optional<EffectRow> ReactorWork::after(const EffectRow& row, const Attempt& attempt, Timestamp now) const {
  auto then = row;
  switch (attempt.end) {
    case Attempt::End::done:
      if (!reactor_.keeps_done()) return std::nullopt;
      then.state = EffectState::done;
      then.at = now;
      ++then.attempts;
      then.last_error.clear();
      return then;
    case Attempt::End::dropped:
      return std::nullopt;
    case Attempt::End::failed:
    case Attempt::End::refused: {
      ++then.attempts;
      then.last_error = attempt.why;
      const bool again = attempt.end == Attempt::End::failed && then.attempts < reactor_.schedule().tries_max;
      then.state = again ? EffectState::waiting : EffectState::parked;
      then.at = again ? next_try(then.attempts, now) : now;
      return then;
    }
    case Attempt::End::unreachable:
      then.last_error = attempt.why;
      return then;
    case Attempt::End::interrupted:
      return then;
  }
  return then;
}

Timestamp ReactorWork::next_try(unsigned attempts, Timestamp now) const {
  const auto schedule = reactor_.schedule();
  return now + part_of(doubled(schedule.first, schedule.longest, attempts - 1), sources_.random());
}

/// Several attempts may fail in one go: they are one reason to pause. Never less than half the time, so that a server
/// that is away is not asked again at once.
void ReactorWork::pause(const Taken& taken, Timestamp now) {
  if (taken.pause != pauses_) return;
  const auto time = doubled(kFirstPause, kLongestPause, pauses_in_a_row_);
  paused_until_ = now + part_of(time, 0.5 + sources_.random() / 2);
  ++pauses_;
  ++pauses_in_a_row_;
}

std::optional<Timestamp> ReactorWork::next_time() const {
  if (!reactor_.able()) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  if (due_.empty()) return std::nullopt;
  const auto first = std::ranges::min(due_ | std::views::values);
  return paused_until_ ? std::max(first, *paused_until_) : first;
}

EffectCounts ReactorWork::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

std::vector<std::pair<Effect, EffectRow>> ReactorWork::of_target(PlatformId platform, std::uint64_t target) const {
  return table_of(platform).of_target(target);
}

bool ReactorWork::ask_for(const Effect& effect, std::uint64_t lane) {
  const std::scoped_lock lock(mutex_);
  const auto now = sources_.clock();
  return change(effect.platform, [&](EffectChanges& changes) {
    changes.add(effect, lane, now);
    changes.replace(effect, EffectRow{.at = now});
  });
}

}  // namespace annals
