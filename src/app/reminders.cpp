#include "app/reminders.hpp"

#include <utility>

#include "app/due_commands.hpp"
#include "projections/kinds/activities.hpp"

namespace annals {

Reminders::Reminders(Store& store, CommandPort& commands, std::function<Timestamp()> clock)
    : store_(store), commands_(commands), clock_(std::move(clock)) {}

void Reminders::start(std::chrono::milliseconds interval) {
  every_.start("looking for due reminders", interval, [this] { send_due(); });
}

void Reminders::stop() {
  every_.stop();
}

void Reminders::send_due() {
  const auto now = clock_();
  const auto& views = store_.views().latest();
  submit_where(store_.log().platforms(), commands_, SendReminders{},
               [&](PlatformId platform) { return !due_records<Activity>(views, platform, now, 1).empty(); });
}

}  // namespace annals
