#include "http/metrics.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "probe_server.hpp"

namespace annals::metrics_test {
using namespace annals::http;
using namespace annals::http::test;

namespace {

/// Every family as `name{labels}` with the labels' names only; of histograms the buckets.
std::set<std::string> shapes(const std::string& text) {
  std::set<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const std::string series = line.substr(0, line.rfind(' '));
    std::string shape;
    bool quoted = false;
    for (const char c : series) {
      if (c == '"') quoted = !quoted;
      if (!quoted && c != '"' && c != '=') shape += c;
    }
    found.insert(shape);
  }
  return found;
}

}  // namespace

TEST_CASE("the metrics are these, by name and label", "[http][metrics]") {
  const auto metrics = Metrics::make("1.2.3");
  metrics->request("/persons/{id}/", "GET", 200, 0.0007);
  metrics->connections(3);
  metrics->command("create_person", "done", 0.002);
  metrics->event("PersonCreated");
  metrics->sync(0.001, 17);
  metrics->log_position(12345);
  metrics->projection("persons", 678, 9);
  metrics->invitations_active(11);
  metrics->outbox_pending(13);
  metrics->reactor_attempt("mail", "failed");
  metrics->reactor("mail", 21, 22, 23);
  CHECK(shapes(metrics->text()) == std::set<std::string>{"annals_build_info{version}",
                                                         "annals_command_seconds_bucket{le}",
                                                         "annals_command_seconds_count",
                                                         "annals_command_seconds_sum",
                                                         "annals_commands_total{command,outcome}",
                                                         "annals_events_total{type}",
                                                         "annals_http_connections",
                                                         "annals_http_request_seconds_bucket{route,le}",
                                                         "annals_http_request_seconds_count{route}",
                                                         "annals_http_request_seconds_sum{route}",
                                                         "annals_http_requests_total{method,route,status}",
                                                         "annals_invitations_active",
                                                         "annals_log_batch_events_bucket{le}",
                                                         "annals_log_batch_events_count",
                                                         "annals_log_batch_events_sum",
                                                         "annals_log_position",
                                                         "annals_log_sync_seconds_bucket{le}",
                                                         "annals_log_sync_seconds_count",
                                                         "annals_log_sync_seconds_sum",
                                                         "annals_outbox_pending",
                                                         "annals_projection_lag_events",
                                                         "annals_projection_position{projection}",
                                                         "annals_quarantined_events",
                                                         "annals_reactor_attempts_total{outcome,reactor}",
                                                         "annals_reactor_lag_events{reactor}",
                                                         "annals_reactor_parked{reactor}",
                                                         "annals_reactor_pending{reactor}",
                                                         "annals_rebuild_events",
                                                         "annals_rebuild_events_done",
                                                         "annals_rebuild_running",
                                                         "annals_undecodable_events_total"});
}

TEST_CASE("metrics say what they were told", "[http][metrics]") {
  const auto metrics = Metrics::make("1.2.3");
  for (int i = 0; i < 3; ++i) metrics->request("/persons/{id}/", "GET", 200, 0.0007);
  metrics->request("/persons/{id}/", "GET", 404, 0.02);
  metrics->request("/persons/{id}/", "MYSTERY1", 405, 0.00001);
  metrics->request("/persons/{id}/", "MYSTERY2", 405, 100);
  metrics->connections(3);
  metrics->command("create_person", "done", 0.002);
  metrics->command("create_person", "invalid_fields", 0.003);
  metrics->event("PersonCreated");
  metrics->event("PersonCreated");
  metrics->sync(0.001, 17);
  metrics->log_position(12345);
  metrics->projection("persons", 678, 9);
  metrics->projection("organizations", 675, 12);
  metrics->projection("organizations", 680, 2);
  metrics->invitations_active(11);
  metrics->outbox_pending(13);
  metrics->reactor_attempt("mail", "failed");
  metrics->reactor_attempt("mail", "failed");
  metrics->reactor("mail", 21, 22, 23);
  metrics->reactor("mail", 24, 25, 26);
  metrics->text();
  metrics->request("/persons/{id}/", "GET", 200, 0.0007);
  const std::string text = metrics->text();
  const auto says = [&](const std::string& line) { return contains("\n" + text, "\n" + line + "\n"); };
  CHECK(says(R"(annals_build_info{version="1.2.3"} 1)"));
  CHECK(says(R"(annals_http_requests_total{method="GET",route="/persons/{id}/",status="200"} 4)"));
  CHECK(says(R"(annals_http_requests_total{method="GET",route="/persons/{id}/",status="404"} 1)"));
  CHECK(contains(text, R"(status="405"} 2)"));
  CHECK(contains(text, R"(method="OTHER")"));
  CHECK_FALSE(contains(text, "MYSTERY"));
  CHECK(says(R"(annals_http_request_seconds_count{route="/persons/{id}/"} 7)"));
  CHECK(says(R"(annals_http_request_seconds_bucket{route="/persons/{id}/",le="5e-05"} 1)"));
  CHECK(says(R"(annals_http_request_seconds_bucket{route="/persons/{id}/",le="0.001"} 5)"));
  CHECK(says(R"(annals_http_request_seconds_bucket{route="/persons/{id}/",le="0.025"} 6)"));
  CHECK(says(R"(annals_http_request_seconds_bucket{route="/persons/{id}/",le="+Inf"} 7)"));
  CHECK(says("annals_http_connections 3"));
  CHECK(says(R"(annals_commands_total{command="create_person",outcome="done"} 1)"));
  CHECK(says(R"(annals_commands_total{command="create_person",outcome="invalid_fields"} 1)"));
  CHECK(says(R"(annals_events_total{type="PersonCreated"} 2)"));
  CHECK(says("annals_log_batch_events_sum 17"));
  CHECK(says("annals_log_sync_seconds_sum 0.001"));
  CHECK(says("annals_log_position 12345"));
  CHECK(says(R"(annals_projection_position{projection="organizations"} 680)"));
  CHECK(says("annals_projection_lag_events 9"));
  CHECK(says("annals_invitations_active 11"));
  CHECK(says("annals_outbox_pending 13"));
  CHECK(says(R"(annals_reactor_attempts_total{outcome="failed",reactor="mail"} 2)"));
  CHECK(says(R"(annals_reactor_pending{reactor="mail"} 24)"));
  CHECK(says(R"(annals_reactor_parked{reactor="mail"} 25)"));
  CHECK(says(R"(annals_reactor_lag_events{reactor="mail"} 26)"));
}

TEST_CASE("counting from many threads loses nothing", "[http][metrics]") {
  const auto metrics = Metrics::make("0");
  std::vector<std::thread> counting;
  std::atomic<bool> done{false};
  std::thread reading([&] {
    while (!done) metrics->text();
  });
  for (int t = 0; t < 4; ++t)
    counting.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) metrics->request("/route/" + std::to_string(i % 10), "GET", 200, 0.001);
    });
  for (std::thread& thread : counting) thread.join();
  done = true;
  reading.join();
  const std::string text = metrics->text();
  for (int route = 0; route < 10; ++route)
    CHECK(contains(text, "annals_http_request_seconds_count{route=\"/route/" + std::to_string(route) + "\"} 2000\n"));
}

TEST_CASE("a flood of routes stops making series instead of growing without end", "[http][metrics]") {
  const auto metrics = Metrics::make("0");
  for (int i = 0; i < 10'000; ++i) metrics->request("/flood/" + std::to_string(i), "GET", 200, 0.001);
  const std::string text = metrics->text();
  CHECK(contains(text, "\"/flood/0\""));
  CHECK_FALSE(contains(text, "\"/flood/9999\""));
}

TEST_CASE("the transport counts each request under its route and the connections that are open", "[http][metrics]") {
  const ProbeServer server;
  {
    RawClient client(server.port());
    client.send(get("/echo?secret=1") + get("/later") + "broken\r\n\r\n");
    client.answer();
    client.answer();
    client.answer();
    CHECK(contains(server.metrics->text(), "annals_http_connections 1\n"));
  }
  const std::string text = server.metrics->text();
  CHECK(contains(text, R"(annals_http_request_seconds_count{route="/probe/{how}/"} 2)"));
  CHECK(contains(text, R"(annals_http_request_seconds_count{route="malformed"} 1)"));
  CHECK_FALSE(contains(text, "secret"));
  CHECK(eventually([&] { return contains(server.metrics->text(), "annals_http_connections 0\n"); }));
}

}  // namespace annals::metrics_test
