#pragma once

#include <chrono>
#include <functional>

#include "app/every.hpp"
#include "core/time.hpp"
#include "http/ports.hpp"
#include "storage/store.hpp"

namespace annals {

/// Looks once a second for activities whose reminder is due and has it recorded, through a command like any other; the
/// mail follows from the event (mail/reminder_reactor.hpp). To be started only when mails can be sent. Its own thread;
/// does not own its arguments.
class Reminders {
 public:
  Reminders(Store& store, CommandPort& commands, std::function<Timestamp()> clock);
  void start(std::chrono::milliseconds interval = std::chrono::seconds(1));
  void stop();
  /// Submits SendReminders for every platform that has a due one, and waits for the answers.
  void send_due();

 private:
  Store& store_;
  CommandPort& commands_;
  std::function<Timestamp()> clock_;
  Every every_;
};

}  // namespace annals
