#include "core/json.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

std::string_view name_of(RebuildState::Phase phase) {
  switch (phase) {
    case RebuildState::Phase::idle:
      return "idle";
    case RebuildState::Phase::running:
      return "running";
    case RebuildState::Phase::done:
      return "done";
    case RebuildState::Phase::failed:
      return "failed";
  }
  return "";
}

/// null where `known` says so.
std::string time_json(bool known, Timestamp at) {
  return known ? '"' + format_timestamp(at) + '"' : std::string("null");
}

std::string failure_json(const std::optional<RebuildState::Failure>& failure) {
  if (!failure) return "null";
  std::string out = R"({"why":)" + quote_json(failure->why);
  out += failure->undecodable ? R"(,"undecodable":true)" : R"(,"undecodable":false)";
  out += R"(,"platform_key":)" + (failure->platform_key ? quote_json(*failure->platform_key) : "null");
  out += R"(,"position":)" + (failure->position ? std::to_string(failure->position->value) : "null");
  return out += '}';
}

std::string state_json(const RebuildState& state) {
  using Phase = RebuildState::Phase;
  const bool ended = state.phase == Phase::done || state.phase == Phase::failed;
  std::string out = R"({"state":")" + std::string(name_of(state.phase)) + '"';
  out += R"(,"events_done":)" + std::to_string(state.events_done);
  out += R"(,"events_total":)" + std::to_string(state.events_total);
  out += R"(,"started_at":)" + time_json(state.phase != Phase::idle, state.started_at);
  out += R"(,"finished_at":)" + time_json(ended, state.finished_at);
  out += R"(,"positions":[)";
  for (const auto& each : state.positions) {
    if (out.back() != '[') out += ',';
    out += R"({"platform_key":)" + quote_json(each.platform_key) + R"(,"position":)" +
           std::to_string(each.position.value) + R"(,"head":)" + std::to_string(each.head.value) + '}';
  }
  return out += R"(],"failure":)" + failure_json(state.failure) + '}';
}

Handled show_rebuild(Exchange& exchange) {
  return answer_json(state_json(exchange.services.rebuilds.state()));
}

Handled start_rebuild(Exchange& exchange) {
  const auto dry_run = dry_run_of(exchange);
  if (!dry_run) return std::unexpected(dry_run.error());
  if (*dry_run) return std::unexpected(Problem(ProblemCode::bad_request, "A rebuild cannot be a dry run."));
  const auto started = exchange.services.rebuilds.start();
  return started ? answer_json(state_json(*started), 202) : answer_json(state_json(started.error()), 409);
}

constexpr std::string_view kPath = "/admin/rebuild/";

}  // namespace

std::span<const Route> rebuild_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = kPath,
       .permission = kSuperuser,
       .handler = show_rebuild,
       .operation = {.id = "admin_rebuild_retrieve",
                     .summary = "How the rebuild of the views that runs, or ran last, stands",
                     .answer = "Rebuild"}},
      {.method = "POST",
       .path = kPath,
       .permission = kSuperuser,
       .handler = start_rebuild,
       .operation = {.id = "admin_rebuild_create",
                     .summary = "Rebuild the views of all platforms from the log while they are served",
                     .status = 202,
                     .answer = "Rebuild",
                     .answer_description = "It runs; a GET says how far it is.",
                     .others = {{409, "One runs already.", "Rebuild"}}},
       .repeatable = false,
       .writes = false},
  };
  return routes;
}

}  // namespace annals::http
