#include "http/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

#include "http/transport/request_tallies.hpp"

namespace annals::http {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

const Histogram::BucketBoundaries kCommandSeconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};
const Histogram::BucketBoundaries kSyncSeconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                               0.01,   0.025,   0.05,   0.1,   0.25,   1};
const Histogram::BucketBoundaries kBatchEvents{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

class PrometheusMetrics final : public Metrics {
 public:
  explicit PrometheusMetrics(std::string_view version) {
    gauge("annals_build_info", "Always 1; says which version runs.", {{"version", std::string(version)}}).Set(1);
  }

  void request(std::string_view route, std::string_view method, unsigned status, double seconds) override {
    tallies_.count(route, method, status, seconds);
  }

  void connections(std::int64_t open) override { connections_.Set(static_cast<double>(open)); }

  void command(std::string_view name, std::string_view outcome, double seconds) override {
    const std::lock_guard lock(mutex_);
    auto& outcomes = at(commands_, name);
    Counter*& counter = at(outcomes, outcome);
    if (counter == nullptr)
      counter = &commands_total_.Add({{"command", std::string(name)}, {"outcome", std::string(outcome)}});
    counter->Increment();
    command_seconds_.Observe(seconds);
  }

  void event(std::string_view type) override {
    const std::lock_guard lock(mutex_);
    Counter*& counter = at(events_, type);
    if (counter == nullptr) counter = &events_total_.Add({{"type", std::string(type)}});
    counter->Increment();
  }

  void sync(double seconds, std::uint64_t events_in_batch) override {
    log_sync_seconds_.Observe(seconds);
    log_batch_events_.Observe(static_cast<double>(events_in_batch));
  }

  void log_position(std::uint64_t summed) override { log_position_.Set(static_cast<double>(summed)); }

  /// The lag has no label: it is that of the projection furthest behind.
  void projection(std::string_view name, std::uint64_t position, std::uint64_t lag_events) override {
    const std::lock_guard lock(mutex_);
    auto found = projections_.find(name);
    if (found == projections_.end()) {
      Gauge& added = projection_position_.Add({{"projection", std::string(name)}});
      found = projections_.emplace(std::string(name), Projection{&added, 0}).first;
    }
    found->second.position->Set(static_cast<double>(position));
    found->second.lag_events = lag_events;
    std::uint64_t furthest = 0;
    for (const auto& [unused, each] : projections_) furthest = std::max(furthest, each.lag_events);
    projection_lag_events_.Set(static_cast<double>(furthest));
  }

  void invitations_active(std::uint64_t count) override { invitations_active_.Set(static_cast<double>(count)); }
  void outbox_pending(std::uint64_t count) override { outbox_pending_.Set(static_cast<double>(count)); }

  void reactor_attempt(std::string_view reactor, std::string_view outcome) override {
    reactor_attempts_.Add({{"reactor", std::string(reactor)}, {"outcome", std::string(outcome)}}).Increment();
  }

  void reactor(std::string_view name, std::uint64_t pending, std::uint64_t parked, std::uint64_t lag_events) override {
    const prometheus::Labels labels{{"reactor", std::string(name)}};
    reactor_pending_.Add(labels).Set(static_cast<double>(pending));
    reactor_parked_.Add(labels).Set(static_cast<double>(parked));
    reactor_lag_events_.Add(labels).Set(static_cast<double>(lag_events));
  }
  void rebuild(bool running, std::uint64_t events_done, std::uint64_t events_total) override {
    rebuild_running_.Set(running ? 1 : 0);
    rebuild_events_done_.Set(static_cast<double>(events_done));
    rebuild_events_total_.Set(static_cast<double>(events_total));
  }
  void undecodable_event() override { undecodable_events_.Increment(); }
  void quarantined_events(std::uint64_t count) override { quarantined_events_.Set(static_cast<double>(count)); }

  std::string text() const override {
    const std::lock_guard lock(mutex_);
    for (const auto& tally : tallies_.take()) add_requests(tally);
    return prometheus::TextSerializer().Serialize(registry_.Collect());
  }

 private:
  template <class T>
  using ByName = std::map<std::string, T, std::less<>>;
  /// Without making a string of a name that is known.
  template <class T>
  static T& at(ByName<T>& all, std::string_view name) {
    const auto found = all.find(name);
    return found != all.end() ? found->second : all.emplace(name, T{}).first->second;
  }

  struct Projection {
    Gauge* position;
    std::uint64_t lag_events;
  };

  Gauge& gauge(const std::string& name, const std::string& help, const prometheus::Labels& labels = {}) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add(labels);
  }
  Histogram& histogram(const std::string& name, const std::string& help, const Histogram::BucketBoundaries& buckets) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_).Add({}, buckets);
  }
  Family<Gauge>& gauges(const std::string& name, const std::string& help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
  }
  Family<Counter>& counters(const std::string& name, const std::string& help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
  }

  /// Moves what the I/O threads counted since the last time into Prometheus' own counters.
  void add_requests(const RequestTallies::Taken& tally) const {
    http_requests_total_
        .Add({{"route", tally.route}, {"method", tally.method}, {"status", std::to_string(tally.status)}})
        .Increment(tally.count);
    http_request_seconds_.Add({{"route", tally.route}}, RequestTallies::boundaries())
        .ObserveMultiple(tally.buckets, tally.seconds);
  }

  mutable std::mutex mutex_;
  mutable prometheus::Registry registry_;
  mutable RequestTallies tallies_;

  Family<Counter>& http_requests_total_ = counters("annals_http_requests_total", "Requests answered.");
  Family<Histogram>& http_request_seconds_ = prometheus::BuildHistogram()
                                                 .Name("annals_http_request_seconds")
                                                 .Help("From a request's last byte to its answer, by route.")
                                                 .Register(registry_);
  Gauge& connections_ = gauge("annals_http_connections", "Connections open now.");
  Family<Counter>& commands_total_ = counters("annals_commands_total", "Commands decided, by outcome.");
  Histogram& command_seconds_ =
      histogram("annals_command_seconds", "From a command's submission to its answer.", kCommandSeconds);
  Family<Counter>& events_total_ = counters("annals_events_total", "Events written to the logs, by type.");
  Gauge& log_position_ = gauge("annals_log_position", "Events in the logs, summed over platforms.");
  Histogram& log_sync_seconds_ = histogram("annals_log_sync_seconds", "Duration of a synced append.", kSyncSeconds);
  Histogram& log_batch_events_ = histogram("annals_log_batch_events", "Events in a synced append.", kBatchEvents);
  Family<Gauge>& projection_position_ =
      gauges("annals_projection_position", "Events a projection has applied, summed over platforms.");
  Gauge& projection_lag_events_ =
      gauge("annals_projection_lag_events", "Events that the projection furthest behind has yet to apply.");
  Gauge& invitations_active_ = gauge("annals_invitations_active", "Invitations that can be redeemed.");
  Gauge& outbox_pending_ = gauge("annals_outbox_pending", "Mails not yet delivered.");
  Family<Counter>& reactor_attempts_ =
      counters("annals_reactor_attempts_total", "Attempts at effects on the outside world, by outcome.");
  Family<Gauge>& reactor_pending_ = gauges("annals_reactor_pending", "Effects that are yet to be performed.");
  Family<Gauge>& reactor_parked_ =
      gauges("annals_reactor_parked", "Effects that are not tried any more until somebody asks for it.");
  Family<Gauge>& reactor_lag_events_ =
      gauges("annals_reactor_lag_events", "Events of the logs that a reactor has yet to look at.");
  Gauge& rebuild_running_ = gauge("annals_rebuild_running", "1 while views are rebuilt beside the live ones.");
  Gauge& rebuild_events_done_ = gauge("annals_rebuild_events_done", "Events that the last rebuild has applied.");
  Gauge& rebuild_events_total_ = gauge("annals_rebuild_events", "Events that the last rebuild has to apply.");
  Counter& undecodable_events_ =
      counters("annals_undecodable_events_total", "Events met that this version cannot decode.").Add({});
  Gauge& quarantined_events_ =
      gauge("annals_quarantined_events", "Events passed over because the operator has put them into quarantine.");

  ByName<ByName<Counter*>> commands_;  ///< by name, then by outcome
  ByName<Counter*> events_;
  ByName<Projection> projections_;
};

}  // namespace

std::unique_ptr<Metrics> Metrics::make(std::string_view version) {
  return std::make_unique<PrometheusMetrics>(version);
}

}  // namespace annals::http
