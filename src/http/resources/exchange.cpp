#include "http/resources/exchange.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/crypto.hpp"
#include "http/problems.hpp"
#include "http/resources/as_of.hpp"
#include "http/resources/entity_tags.hpp"
#include "http/resources/filters.hpp"
#include "http/resources/idempotency.hpp"
#include "http/resources/long_reads.hpp"

namespace annals::http {
namespace {

constexpr std::array<std::string_view, 6> kCrmReads = {"Ibl.CRM/Persons/read",    "Ibl.CRM/Organizations/read",
                                                       "Ibl.CRM/Pipelines/read",  "Ibl.CRM/Deals/read",
                                                       "Ibl.CRM/Activities/read", "Ibl.CRM/Tags/read"};

/// The value of the answer's first member, `id`, without quotes.
std::string_view id_in(std::string_view body) {
  constexpr std::string_view kFirst = "{\"id\":";
  if (!body.starts_with(kFirst)) return {};
  body.remove_prefix(kFirst.size());
  if (body.starts_with('"')) return body.substr(1, body.find('"', 1) - 1);
  return body.substr(0, body.find_first_of(",}"));
}

Response response_of(Answer answer, std::string_view collection_url) {
  Response response;
  response.status = answer.status;
  response.body = std::move(answer.body);
  if (!answer.etag.empty()) response.headers.emplace_back("ETag", std::move(answer.etag));
  if (answer.replayed) response.headers.emplace_back("Idempotent-Replayed", "true");
  if (answer.position.value > 0) response.headers.emplace_back("X-Position", std::to_string(answer.position.value));
  if (answer.status == 201 && !collection_url.empty()) {
    if (const auto id = id_in(response.body); !id.empty()) {
      response.headers.emplace_back("Location", std::string(collection_url) + std::string(id) + "/");
    }
  }
  return response;
}

/// Where the records that this route creates are found; empty when they are not read one by one.
std::string collection_url(const Exchange& exchange) {
  if (!exchange.route.creates) return {};
  std::string url(exchange.request.scheme);
  url.append("://").append(exchange.request.host).append(exchange.path);
  if (!url.ends_with('/')) url += '/';
  return url;
}

}  // namespace

void put_on(Response& response, Response&& shell) {
  response.route = shell.route;
  response.user = std::move(shell.user);
  if (shell.headers.empty()) return;
  response.headers.insert(response.headers.end(), std::make_move_iterator(shell.headers.begin()),
                          std::make_move_iterator(shell.headers.end()));
}

bool may(const Caller& caller, std::string_view permission) {
  if (permission == kAnyone || permission == kAnyCaller || caller.superuser) return true;
  if (permission == kAnyCrmReader) {
    return std::ranges::any_of(kCrmReads, [&](std::string_view read) { return caller.grants.allow(read); });
  }
  return permission != kSuperuser && caller.grants.allow(permission);
}

Result<PlatformId> named_platform(const Exchange& exchange, const Body* body) {
  const QueryString query(exchange.raw_query);
  const auto in_query = query.value("platform_key");
  const auto in_body = body == nullptr ? std::nullopt : platform_key_of(*body);
  if (in_query && in_body && *in_query != *in_body) {
    return std::unexpected(Problem(FieldErrors{{"platform_key", {"The query names another platform."}}}));
  }
  const auto& caller = exchange.caller;
  const std::string_view key = in_query ? *in_query : in_body ? std::string_view(*in_body) : caller.platform_key;
  auto platform = caller.platform;
  if (key != caller.platform_key) {
    const auto named = caller.superuser ? exchange.queries().platform_with_key(key) : std::nullopt;
    if (!named || *named == kSystemPlatform) return refuse(ProblemCode::not_found);
    platform = *named;
  }
  if (!may(caller, exchange.route.permission)) return refuse(ProblemCode::permission_denied);
  return platform;
}

CorrelationId correlation_of(const Exchange& exchange, PlatformId platform) {
  const auto& request_id = exchange.request.request_id;
  if (const auto id = CorrelationId::parse(request_id)) return *id;
  CorrelationId id;
  id.bytes = exchange.services.digester.short_digest(platform, DigestPurpose::correlation, request_id);
  return id;
}

Handled show(const Exchange& exchange, std::optional<ShownRecord> record) {
  if (!record) return refuse(ProblemCode::not_found);
  Response response;
  if (client_has(exchange.request, record->etag)) {
    response.status = 304;
  } else {
    response.body = std::move(record->json);
  }
  response.headers.emplace_back("ETag", std::move(record->etag));
  return response;
}

Handled answer_json(std::string body, unsigned status) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Handled read_at_length(const Exchange& exchange, std::move_only_function<Handled(Exchange&)> read) {
  if (exchange.as_of) {
    Exchange same(exchange);
    return read(same);
  }
  // The variables may be views into what the caller of the handler holds.
  auto answer = [apart = Exchange(exchange), variable = std::string(exchange.variable),
                 second_variable = std::string(exchange.second_variable), read = std::move(read)]() mutable {
    apart.variable = variable;
    apart.second_variable = second_variable;
    auto handled = read(apart);
    auto response = handled ? std::move(handled->value()) : respond(handled.error());
    put_on(response, std::move(apart.shell));
    return response;
  };
  if (exchange.services.long_reads.submit(exchange.platform(), std::move(answer), exchange.later)) return std::nullopt;
  return std::unexpected(
      Problem(ProblemCode::queue_full, "Too many long reads are waiting; nothing was read. Try again."));
}

Result<bool> dry_run_of(const Exchange& exchange) {
  if (exchange.raw_query.empty()) return false;
  const QueryString query(exchange.raw_query);
  std::optional<bool> dry_run = false;
  for (const auto& [name, value] : query.all()) {
    if (name == kAsOf.name && !value.empty()) {
      return std::unexpected(Problem(FieldErrors{{name, {"Nothing can be written as of the past."}}}));
    }
    if (name != "dry_run") continue;
    if (auto fault = read_boolean(value, dry_run); !fault.empty()) {
      return std::unexpected(Problem(FieldErrors{{"dry_run", {std::move(fault)}}}));
    }
  }
  return *dry_run;
}

Result<void> refuse_dry_run(const Exchange& exchange, std::string_view sentence) {
  const auto dry_run = dry_run_of(exchange);
  if (!dry_run) return std::unexpected(dry_run.error());
  if (*dry_run) return std::unexpected(Problem(ProblemCode::bad_request, std::string(sentence)));
  return {};
}

Handled submit(Exchange& exchange, PlatformId platform, Command command) {
  return submit(exchange, platform, std::move(command), [collection = collection_url(exchange)](Result<Answer> answer) {
    return answer ? response_of(std::move(*answer), collection) : respond(answer.error());
  });
}

Handled submit(Exchange& exchange, PlatformId platform, Command command,
               std::move_only_function<Response(Result<Answer>)> shown) {
  if (exchange.request.body_too_large) return refuse(ProblemCode::body_too_large);
  const auto dry_run = exchange.route.writes ? dry_run_of(exchange) : Result<bool>(false);
  if (!dry_run) return std::unexpected(dry_run.error());
  auto idempotency = idempotency_of(exchange, platform);
  if (!idempotency) return std::unexpected(std::move(idempotency.error()));
  Submission submission{.platform = platform,
                        .command = std::move(command),
                        .caller = exchange.caller,
                        .precondition = std::nullopt,
                        .idempotency = *idempotency,
                        .correlation = correlation_of(exchange, platform),
                        .dry_run = *dry_run,
                        .done = nullptr};
  if (exchange.route.has_version || exchange.route.takes_version)
    submission.precondition = precondition_of(exchange.request);
  submission.done = [completion = exchange.later(), shell = std::move(exchange.shell),
                     shown = std::move(shown)](Result<Answer> answer) mutable {
    auto response = shown(std::move(answer));
    put_on(response, std::move(shell));
    completion(std::move(response));
  };
  exchange.services.commands.submit(std::move(submission));
  return std::nullopt;
}

}  // namespace annals::http
