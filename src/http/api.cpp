#include "http/api.hpp"

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "http/openapi/document.hpp"
#include "http/problems.hpp"
#include "http/resources/as_of.hpp"
#include "http/resources/credentials.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/long_reads.hpp"
#include "http/resources/min_position.hpp"
#include "http/resources/router.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

/// One that is long does not keep a short one waiting, and the cores are the quick reads' and the committer's.
constexpr std::size_t kLongReadThreads = 2;

class Api : public RequestHandler {
 public:
  Api(const ApiOptions& options, const Ports& ports)
      : options_(options),
        router_(all_routes()),
        unauthenticated_(options.open_calls_per_second, options.open_calls_burst),
        redeem_tries_(options.redeem_tries_per_second, options.redeem_tries_burst),
        services_{ports,
                  options_,
                  unauthenticated_,
                  redeem_tries_,
                  long_reads_,
                  position_waits_,
                  std::make_shared<const std::string>(openapi_document(all_routes(), options.version))},
        position_waits_([&queries = ports.queries](PlatformId platform) { return queries.served_position(platform); }),
        long_reads_(kLongReadThreads, options.long_reads_max) {
    if (options.rate_limit_per_second > 0) {
      by_key_ = std::make_unique<TokenBuckets>(options.rate_limit_per_second, options.rate_limit_burst);
    }
    ports.queries.on_served([this](PlatformId platform) { position_waits_.moved(platform); });
  }

  ~Api() override {
    services_.queries.on_served({});
    position_waits_.close();
  }

  std::optional<Response> handle(const Request& request, const std::function<Completion()>& later) override;
  void wind_down() override { position_waits_.close(); }

 private:
  std::optional<Response> handle(const Request& request, const std::function<Completion()>& later,
                                 const Router::Match& match, std::string_view path, std::string_view query);
  /// Notes how much of the key's rate is left; the refusal when there is nothing.
  std::optional<Response> take_token(const Caller& caller, Timestamp now, Response& shell);

  ApiOptions options_;
  Router router_;
  TokenBuckets unauthenticated_;
  TokenBuckets redeem_tries_;
  std::unique_ptr<TokenBuckets> by_key_;
  Services services_;
  /// These two call each other and use all of the above: the waits are closed first and gone last.
  PositionWaits position_waits_;
  LongReads long_reads_;
};

Response allowing(std::string_view allow, Response response) {
  response.headers.emplace_back("Allow", allow);
  return response;
}

Response method_not_allowed(const Request& request, const Place& place) {
  return allowing(place.allow, respond(Problem(ProblemCode::method_not_allowed,
                                               "Method \"" + std::string(request.method) + "\" not allowed.")));
}

Response options_of(std::string_view allow) {
  Response response;
  response.status = 204;
  return allowing(allow, std::move(response));
}

Response not_ready(std::string_view reason) {
  Response response;
  response.status = 503;
  response.body = detail_json("Not ready: " + std::string(reason));
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

/// The row's own permission, unless the request names the platform where it counts.
Handled call(Exchange& exchange, Mounts mounts) {
  const auto& route = exchange.route;
  const bool here = !route.names_platform || route.permission == kSuperuser;
  if (here && !may(exchange.caller, route.permission)) return refuse(ProblemCode::permission_denied);
  if (route.method != "GET") return route.handler(exchange);
  if (exchange.request.body_too_large) return refuse(ProblemCode::body_too_large);
  return mounts == Mounts::crm ? once_served(exchange) : read_as_of(exchange);
}

std::optional<Response> finish_with(Exchange& exchange, Response response) {
  put_on(response, std::move(exchange.shell));
  return response;
}

std::optional<Response> Api::handle(const Request& request, const std::function<Completion()>& later) {
  constexpr std::string_view kEveryMethod = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
  if (request.target == "*") return options_of(kEveryMethod);
  const auto question = request.target.find('?');
  const auto path = request.target.substr(0, question);
  const auto query = question == std::string_view::npos ? std::string_view() : request.target.substr(question + 1);
  PathSegments segments;
  const auto match = split_path(path, segments) ? router_.find(segments) : std::nullopt;
  if (!match) return respond(Problem(ProblemCode::not_found));
  return handle(request, later, *match, path, query);
}

std::optional<Response> Api::handle(const Request& request, const std::function<Completion()>& later,
                                    const Router::Match& match, std::string_view path, std::string_view query) {
  const auto& place = *match.place;
  const auto at = clock_now();
  static const Caller nobody;
  const Caller* caller = &nobody;
  Response shell;
  shell.route = place.pattern;
  const auto finish = [&shell](Response response) {
    put_on(response, std::move(shell));
    return std::optional(std::move(response));
  };
  if (request.method == "OPTIONS") return finish(options_of(place.allow));
  if (place.mounts != Mounts::root) {
    if (const auto reason = services_.readiness.not_ready_reason()) return finish(not_ready(*reason));
  }
  if (place.needs_credentials) {
    auto authenticated = authenticate(request, services_.queries, at);
    if (!authenticated) return finish(respond(authenticated.error()));
    caller = *authenticated;
    shell.user = std::to_string(caller->user.value);
    if (auto refusal = take_token(*caller, at, shell)) return finish(std::move(*refusal));
  }
  const auto* route = place.route_for(request.method);
  if (route == nullptr) return finish(method_not_allowed(request, place));
  Exchange exchange{services_, request, later,           *route, path, query, match.variable, match.second_variable,
                    at,        *caller, std::move(shell)};
  auto handled = call(exchange, place.mounts);
  if (!handled) return finish_with(exchange, respond(handled.error()));
  if (!*handled) return std::nullopt;
  return finish_with(exchange, std::move(**handled));
}

std::optional<Response> Api::take_token(const Caller& caller, Timestamp now, Response& shell) {
  if (!by_key_) return std::nullopt;
  std::string name;
  append_big_endian(name, caller.platform.value);
  append_big_endian(name, caller.key.value);
  const auto verdict = by_key_->take(name, now);
  shell.headers.emplace_back("RateLimit-Limit", std::to_string(verdict.limit));
  shell.headers.emplace_back("RateLimit-Remaining", std::to_string(verdict.remaining));
  shell.headers.emplace_back("RateLimit-Reset", std::to_string(verdict.reset_seconds));
  if (verdict.allowed) return std::nullopt;
  return throttled(verdict.retry_seconds);
}

}  // namespace

std::unique_ptr<RequestHandler> make_api(const ApiOptions& options, const Ports& ports) {
  return std::make_unique<Api>(options, ports);
}

}  // namespace annals::http
