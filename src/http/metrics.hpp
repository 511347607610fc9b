#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace annals::http {

/// Every metric the program has, by name; the only place that knows prometheus-cpp. Thread-safe. Durations in seconds.
class Metrics {
 public:
  virtual ~Metrics() = default;
  static std::unique_ptr<Metrics> make(std::string_view version);

  virtual void request(std::string_view route, std::string_view method, unsigned status, double seconds) = 0;
  virtual void connections(std::int64_t open) = 0;
  virtual void command(std::string_view name, std::string_view outcome, double seconds) = 0;
  virtual void event(std::string_view type) = 0;
  virtual void sync(double seconds, std::uint64_t events_in_batch) = 0;
  virtual void log_position(std::uint64_t summed_over_platforms) = 0;
  virtual void projection(std::string_view name, std::uint64_t position, std::uint64_t lag_events) = 0;
  virtual void invitations_active(std::uint64_t count) = 0;
  virtual void outbox_pending(std::uint64_t count) = 0;
  /// `outcome`: how an attempt at an effect ended.
  virtual void reactor_attempt(std::string_view reactor, std::string_view outcome) = 0;
  /// `lag_events`: how many of the logs' events it has yet to look at.
  virtual void reactor(std::string_view name, std::uint64_t pending, std::uint64_t parked,
                       std::uint64_t lag_events) = 0;
  /// Of the views beside the live ones; how far the last one came, when none runs.
  virtual void rebuild(bool running, std::uint64_t events_done, std::uint64_t events_total) = 0;
  virtual void undecodable_event() = 0;  ///< one was met
  virtual void quarantined_events(std::uint64_t count) = 0;
  virtual std::string text() const = 0;  ///< Prometheus exposition format
};

}  // namespace annals::http
