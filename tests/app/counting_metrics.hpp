#pragma once

#include <map>
#include <mutex>
#include <string>

#include "http/metrics.hpp"

namespace annals::test {

/// Remembers what it was told.
class CountingMetrics : public http::Metrics {
 public:
  void request(std::string_view, std::string_view, unsigned, double) override {}
  void connections(std::int64_t) override {}
  void command(std::string_view name, std::string_view outcome, double) override {
    count(std::string(name) + " " + std::string(outcome));
  }
  void event(std::string_view type) override { count(std::string(type)); }
  void sync(double, std::uint64_t events_in_batch) override { count("synced events", events_in_batch); }
  void log_position(std::uint64_t summed_over_platforms) override { set("log position", summed_over_platforms); }
  void projection(std::string_view name, std::uint64_t position, std::uint64_t) override {
    set("projection " + std::string(name), position);
  }
  void invitations_active(std::uint64_t count) override { set("invitations active", count); }
  void outbox_pending(std::uint64_t count) override { set("outbox pending", count); }
  void reactor_attempt(std::string_view reactor, std::string_view outcome) override {
    count(std::string(reactor) + " " + std::string(outcome));
  }
  void reactor(std::string_view name, std::uint64_t pending, std::uint64_t parked, std::uint64_t lag_events) override {
    set(std::string(name) + " pending", pending);
    set(std::string(name) + " parked", parked);
    set(std::string(name) + " lag", lag_events);
  }
  void rebuild(bool running, std::uint64_t events_done, std::uint64_t events_total) override {
    set("rebuild running", running ? 1 : 0);
    set("rebuild events done", events_done);
    set("rebuild events", events_total);
  }
  void undecodable_event() override { count("undecodable events"); }
  void quarantined_events(std::uint64_t count) override { set("quarantined events", count); }
  std::string text() const override { return {}; }

  std::uint64_t of(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    const auto found = values_.find(name);
    return found == values_.end() ? 0 : found->second;
  }

 private:
  void count(const std::string& name, std::uint64_t by = 1) {
    const std::scoped_lock lock(mutex_);
    values_[name] += by;
  }
  void set(const std::string& name, std::uint64_t value) {
    const std::scoped_lock lock(mutex_);
    values_[name] = value;
  }
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> values_;
};

}  // namespace annals::test
