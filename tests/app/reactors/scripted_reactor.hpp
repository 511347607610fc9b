#pragma once

#include <deque>
#include <functional>
#include <limits>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "app/reactors/reactor.hpp"

namespace annals::test {

/// Wants every new organization told of, and does what it is told: unless said otherwise, everything succeeds.
class ScriptedReactor : public Reactor {
 public:
  ReactorId id() const override { return number; }
  std::string_view name() const override { return "scripted"; }
  unsigned threads() const override { return 2; }
  RetrySchedule schedule() const override { return {std::chrono::seconds(10), std::chrono::seconds(60), tries_max}; }
  unsigned per_target() const override { return per_target_max; }
  bool keeps_done() const override { return keeps; }
  bool able() const override { return is_able; }

  EventKinds looks_for() const override { return looked_for; }
  void react(const Commit& commit, std::size_t event, Reaction& reaction) override {
    if (std::holds_alternative<OrganizationCreated>(commit.events[event].event))
      wish(commit.position_of(event), reaction);
  }
  Attempt attempt(const Effect& effect, const std::stop_token& stopping) override {
    if (while_attempting) while_attempting(stopping);
    const std::scoped_lock lock(mutex_);
    attempted_.push_back(effect);
    if (ends.empty()) return {stopping.stop_requested() ? Attempt::End::interrupted : Attempt::End::done};
    auto next = std::move(ends.front());
    ends.pop_front();
    return next;
  }
  std::vector<Effect> attempted() const {
    const std::scoped_lock lock(mutex_);
    return attempted_;
  }

  ReactorId number = ReactorId::webhooks;
  EventKinds looked_for = EventKinds().set();
  unsigned tries_max = 4;
  unsigned per_target_max = std::numeric_limits<unsigned>::max();
  bool keeps = false;
  bool is_able = true;
  /// One lane of its own for each, unless said otherwise.
  std::function<void(Position, Reaction&)> wish = [](Position at, Reaction& reaction) {
    reaction.wishes.push_back({.target = 7, .lane = at.value});
  };
  std::function<void(const std::stop_token&)> while_attempting;
  std::deque<Attempt> ends;  ///< of the next attempts

 private:
  mutable std::mutex mutex_;
  std::vector<Effect> attempted_;
};

}  // namespace annals::test
