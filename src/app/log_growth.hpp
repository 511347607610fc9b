#pragma once

#include <bitset>
#include <variant>

#include "events/commit.hpp"
#include "projections/projecting.hpp"

namespace annals {

/// Kinds of events, by their place among all of them.
using EventKinds = std::bitset<std::variant_size_v<AnyEvent>>;

template <class... Events>
EventKinds kinds_in(EventSet<Events...>) {
  EventKinds kinds;
  (kinds.set(AnyEvent(Events{}).index()), ...);
  return kinds;
}

/// By what a platform's log has grown: events without a gap.
struct LogGrowth {
  Position first;
  Position last;
  EventKinds kinds;  ///< of those events

  static LogGrowth by(const Commit& commit) {
    LogGrowth growth{commit.header.frame.first, commit.last(), {}};
    for (const auto& recorded : commit.events) growth.kinds.set(recorded.event.index());
    return growth;
  }
  /// False: it does not follow; nothing is changed.
  bool go_on(const LogGrowth& next) {
    if (next.first.value != last.value + 1) return false;
    last = next.last;
    kinds |= next.kinds;
    return true;
  }
};

}  // namespace annals
